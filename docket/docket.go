// Package docket is every use case of the office as one method, and the only
// writer of the state of a case.
package docket
