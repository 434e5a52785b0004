// Package sequencer brings what waits into the public log.
package sequencer
