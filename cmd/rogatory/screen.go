package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/screen"
	"github.com/schollz/progressbar/v3"
)

type screenCommand struct {
	Files []string `arg:"" name:"file" help:"Request documents, or folders of them; - is standard input."`
	JSON  bool     `help:"Print one JSON object per file, one a line."`
	setting
}

// errSome says that some files could not be screened; each was reported where
// it stood.
var errSome = errors.New("not everything could be screened")

func (c *screenCommand) Run(s *streams) error {
	sc, now, err := c.screener()
	if err != nil {
		return err
	}
	names, failed := expand(c.Files, s.err)
	bar := progress(s.paper, len(names))
	for out := range screenAll(sc, now, names, s.in) {
		_ = bar.Add(1)
		o := <-out
		if o.err != nil {
			_ = bar.Clear()
			fmt.Fprintf(s.err, "rogatory: %s: %v\n", visible(o.name), o.err)
			failed++
			continue
		}
		if err := c.print(s, o.result); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%w: %d of %d failed", errSome, failed, max(len(names), failed))
	}
	return nil
}

func (c *screenCommand) print(s *streams, r *screen.Result) error {
	if c.JSON {
		e := json.NewEncoder(s.out)
		e.SetEscapeHTML(false)
		return e.Encode(r)
	}
	s.paper.result(r)
	return nil
}

// progress shows how far a long work is, on a terminal and for many files only.
func progress(t *terminal, n int) *progressbar.ProgressBar {
	if !t.live || n < 20 {
		return progressbar.DefaultSilent(int64(n))
	}
	return progressbar.NewOptions(n, progressbar.OptionSetWriter(t.err), progressbar.OptionSetDescription("screening"),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
}

// expand replaces folders by the .json files in them, in order.
func expand(args []string, errs io.Writer) (names []string, failed int) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if arg == "-" || err == nil && !info.IsDir() {
			names = append(names, arg)
			continue
		}
		if err == nil {
			err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() && strings.HasSuffix(path, ".json") {
					names = append(names, path)
				}
				return err
			})
		}
		if err != nil {
			fmt.Fprintf(errs, "rogatory: %v; give files or folders that exist\n", err)
			failed++
		}
	}
	return names, failed
}

type screened struct {
	name   string
	result *screen.Result
	err    error
}

// screenAll screens with every core and hands the results out in the order of
// the names, holding no more than a few at a time.
func screenAll(sc *screen.Screener, now screen.Situation, names []string, stdin io.Reader) <-chan chan screened {
	work := runtime.GOMAXPROCS(0)
	queue := make(chan chan screened, 4*work)
	slots := make(chan struct{}, work)
	go func() {
		defer close(queue)
		for _, name := range names {
			out := make(chan screened, 1)
			queue <- out
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				r, err := screenOne(sc, now, name, stdin)
				out <- screened{name, r, err}
			}()
		}
	}()
	return queue
}

func screenOne(sc *screen.Screener, now screen.Situation, name string, stdin io.Reader) (*screen.Result, error) {
	r, err := readRequest(name, stdin)
	if err != nil {
		return nil, err
	}
	result, err := sc.Screen(r, now)
	if err != nil {
		return nil, err
	}
	result.File = name
	return result, nil
}

func readRequest(name string, stdin io.Reader) (*request.Request, error) {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fault.NotFoundf("", "cannot be read: %v", err)
		}
		defer f.Close()
		in = f
	}
	r, _, err := request.ReadFrom(in)
	return r, err
}
