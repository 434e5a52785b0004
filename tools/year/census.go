package main

import (
	"math"
	"math/bits"
	"slices"

	"github.com/rogatory/rogatory/ledger"
)

// A census counts bytes.
type census [256]float64

func (c *census) add(b []byte) {
	for _, v := range b {
		c[v]++
	}
}

func (c *census) total() (n float64) {
	for _, v := range c {
		n += v
	}
	return n
}

// even says how far the bytes are from being equally likely: chi-square with 255
// degrees of freedom, in standard deviations.
func (c *census) even() float64 {
	want, sum := c.total()/256, 0.0
	for _, v := range c {
		sum += (v - want) * (v - want) / want
	}
	return (sum - 255) / math.Sqrt(2*255)
}

// unlike says how far two counts are from being of one distribution.
func (c *census) unlike(o *census) float64 {
	n, m, sum, free := c.total(), o.total(), 0.0, -1.0
	for i := range c {
		if c[i]+o[i] == 0 {
			continue
		}
		free++
		d := c[i]*math.Sqrt(m/n) - o[i]*math.Sqrt(n/m)
		sum += d * d / (c[i] + o[i])
	}
	return (sum - free) / math.Sqrt(2*free)
}

// A drift adds up, over blocks, how much places go with values: the sum over a
// block of place times value, against what a random order gives.
type drift struct{ sum, variance float64 }

func (d *drift) block(values []float64) {
	n := float64(len(values))
	if n < 2 {
		return
	}
	mean := 0.0
	for _, v := range values {
		mean += v / n
	}
	spread := 0.0
	for i, v := range values {
		d.sum += (float64(i) - (n-1)/2) * (v - mean)
		spread += (v - mean) * (v - mean)
	}
	d.variance += n * (n + 1) / 12 * spread // of the sum over all orders: n(n+1)/12 · Σ(v−mean)²
}

func (d *drift) z() float64 {
	if d.variance == 0 {
		return 0
	}
	return d.sum / math.Sqrt(d.variance)
}

// ranks gives the order of values as numbers from 0.
func ranks(values []float64) []float64 {
	sorted := slices.Sorted(slices.Values(values))
	list := make([]float64, len(values))
	for i, v := range values {
		r, _ := slices.BinarySearch(sorted, v)
		list[i] = float64(r)
	}
	return list
}

func apart(a, b ledger.ID) (n float64) {
	for i := range a {
		n += float64(bits.OnesCount8(a[i] ^ b[i]))
	}
	return n
}
