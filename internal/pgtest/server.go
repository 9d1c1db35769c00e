// Package pgtest runs PostgreSQL servers for tests, as net/http/httptest does
// for HTTP: real ones, made of the binaries that are installed, in a folder of
// their own and gone when the test is over. A server can be stopped, killed and
// started again, and a [Proxy] in front of one can be cut and mended.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	role     = "demarc"
	password = "not-a-secret"
	// startFor is how long a server may take until it answers, and stopFor until
	// it is gone.
	startFor = time.Minute
	stopFor  = time.Minute
)

// Options say how a server is run.
type Options struct {
	// Settings are lines of postgresql.conf by their names, such as
	// max_connections. Without any, what is committed outlives a crash of the
	// server and not one of the machine: nothing waits for the disk.
	Settings map[string]string
	// InitDB are more arguments of initdb, such as --data-checksums.
	InitDB []string
}

// Server is a PostgreSQL server that runs until it is closed.
type Server struct {
	folder string // everything of the server lies in it
	bin    string
	as     *account // nil for the account of this process
	port   int
	run    *exec.Cmd
	ended  chan struct{} // closed when the process is gone
}

// Start makes a server and starts it. It must be closed.
func Start(ctx context.Context, o Options) (*Server, error) {
	s, err := start(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("start a PostgreSQL server: %w", err)
	}
	return s, nil
}

func start(ctx context.Context, o Options) (*Server, error) {
	bin, err := binaries(ctx)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "demarc-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, bin: bin}
	if s.as, err = unprivileged(); err == nil && s.as != nil {
		err = os.Chown(folder, s.as.uid, s.as.gid)
	}
	if err == nil {
		err = s.initialise(ctx, o)
	}
	if err == nil {
		err = s.Resume(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }
func (s *Server) log() string  { return filepath.Join(s.folder, "log") }

// initialise makes the folder of the data, in which one user may do everything.
func (s *Server) initialise(ctx context.Context, o Options) error {
	secret := filepath.Join(s.folder, "password")
	if err := os.WriteFile(secret, []byte(password), 0o600); err != nil {
		return err
	}
	if s.as != nil {
		if err := os.Chown(secret, s.as.uid, s.as.gid); err != nil {
			return err
		}
	}
	args := append([]string{"-D", s.data(), "-U", role, "--pwfile", secret, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"}, o.InitDB...)
	out, err := s.command(ctx, "initdb", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	conf, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	for name, value := range o.settings() {
		fmt.Fprintf(conf, "%s = '%s'\n", name, value)
	}
	return conf.Close()
}

// settings are those that were asked for, among those of a server that nobody
// needs when its machine fails.
func (o Options) settings() map[string]string {
	all := map[string]string{"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_connections": "60", "max_wal_size": "2GB",
		"timezone": "UTC", "log_timezone": "UTC", "unix_socket_directories": ""}
	for name, value := range o.Settings {
		all[name] = value
	}
	return all
}

// Resume starts a server that was stopped or killed.
func (s *Server) Resume(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startFor)
	defer cancel()
	var err error
	for range 5 { // somebody else may take a port that was free
		if s.port == 0 {
			if s.port, err = freePort(ctx); err != nil {
				return err
			}
		}
		if err = s.launch(ctx); err == nil || ctx.Err() != nil {
			return err
		}
		if !strings.Contains(err.Error(), "could not bind") {
			return err
		}
		s.port = 0
	}
	return err
}

func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return 0, errors.Join(err, l.Close())
	}
	n, err := strconv.Atoi(port)
	return n, errors.Join(err, l.Close())
}

// launch starts the process and waits until it answers.
func (s *Server) launch(ctx context.Context) error {
	out, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	run := s.command(context.WithoutCancel(ctx), "postgres", "-D", s.data(), "-p", strconv.Itoa(s.port), "-h", "127.0.0.1")
	run.Stdout, run.Stderr = out, out
	ended := make(chan struct{})
	if err := startFollowed(run, ended); err != nil {
		return err
	}
	s.run, s.ended = run, ended
	for {
		err := s.answers(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("it ended at once: %s", s.lastWords())
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("it does not answer: %w: %s", err, s.lastWords()), s.Kill())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Server) answers(ctx context.Context) error {
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	return c.Close(ctx)
}

// lastWords are the last lines of the server's log.
func (s *Server) lastWords() string {
	b, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-1000):])
}

// command runs a program of PostgreSQL under the account of the server.
func (s *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), "LC_ALL=C", "HOME="+s.folder)
	s.as.own(cmd)
	return cmd
}

// URL is the address of a database.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(role, password), Host: s.address(), Path: "/" + database}
	return u.String()
}

func (s *Server) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Create makes a database and gives its address.
func (s *Server) Create(ctx context.Context, database string) (string, error) {
	if err := s.Do(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize()); err != nil {
		return "", err
	}
	return s.URL(database), nil
}

// Do runs a statement as the one who may do everything.
func (s *Server) Do(ctx context.Context, sql string) error {
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, sql)
	return errors.Join(err, c.Close(context.WithoutCancel(ctx)))
}

// Stop ends the server as an administrator does who waits for nobody: what is
// under way is broken off, everything committed is on disk.
func (s *Server) Stop() error { return s.end(os.Interrupt) }

// Kill ends the server at once, as a crash does. When it is resumed it recovers.
func (s *Server) Kill() error { return s.end(immediately) }

func (s *Server) end(how os.Signal) error {
	if s.run == nil {
		return nil
	}
	if err := s.run.Process.Signal(how); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.ended:
		s.run = nil
		return nil
	case <-time.After(stopFor):
		return errors.Join(errors.New("the server does not end"), s.run.Process.Kill())
	}
}

// Restart stops the server and starts it again.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Stop(); err != nil {
		return err
	}
	return s.Resume(ctx)
}

// Close ends the server and removes everything of it.
func (s *Server) Close() error { return errors.Join(s.Kill(), os.RemoveAll(s.folder)) }
