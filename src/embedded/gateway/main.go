// Command gateway speaks the MongoDB protocol on a loopback address and answers
// from the DocumentDB extension of a PostgreSQL server. `npm start` builds and
// runs it where no MongoDB server can be had.
package main

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/v2/ferretdb"
)

func main() {
	postgres := flag.String("postgres", "", "`URL` of the PostgreSQL server, its socket folder as host")
	listen := flag.String("listen", "127.0.0.1:0", "loopback `address` to answer on")
	state := flag.String("state", "", "`folder` for the gateway's own state")
	flag.Parse()

	telemetry := false
	gateway, err := ferretdb.New(&ferretdb.Config{
		PostgreSQLURL: *postgres,
		ListenAddr:    *listen,
		StateDir:      *state,
		Telemetry:     &telemetry,
		LogOutput:     os.Stderr,
		LogLevel:      slog.LevelWarn,
	})
	if err != nil {
		slog.Error("the gateway could not start", "error", err)
		os.Exit(1)
	}

	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()

	// Standard input is a leash: it closes when whoever started us is gone, even by kill -9.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()

	gateway.Run(stop)
}
