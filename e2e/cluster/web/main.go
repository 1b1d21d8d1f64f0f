// The program of the pods on the real node, in one static binary: a web server that says its version, the container that
// holds a pod's namespaces, and a client that says what came of each request.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Endpoints are taken out of the Service a moment after a pod was told to end: it serves on until then.
const drain = 6 * time.Second

func main() {
	switch os.Args[1] {
	case "serve":
		serve()
	case "pause":
		pause()
	case "load":
		load(os.Args[2:])
	}
}

func serve() {
	if os.Getenv("CRASH") != "" {
		fmt.Fprintln(os.Stderr, "this version can't start")
		os.Exit(1)
	}
	status, err := strconv.Atoi(os.Getenv("STATUS"))
	if err != nil {
		status = http.StatusOK
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/ready", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, os.Getenv("VERSION"))
	})
	server := &http.Server{Addr: ":8080", Handler: mux}
	go func() {
		ended := make(chan os.Signal, 1)
		signal.Notify(ended, syscall.SIGTERM)
		<-ended
		time.Sleep(drain)
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func pause() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)
	for each := range signals {
		if each != syscall.SIGCHLD {
			return
		}
		for {
			if pid, _ := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 {
				break
			}
		}
	}
}

type answer struct {
	URL     string `json:"url"`
	Status  int    `json:"status,omitempty"`
	Version string `json:"version,omitempty"`
	Error   string `json:"error,omitempty"`
}

// load asks each URL twenty times a second, each time over a connection of its own, and prints a line of JSON per answer.
func load(urls []string) {
	transport := &http.Transport{DisableKeepAlives: true}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	var printing sync.Mutex
	out := json.NewEncoder(os.Stdout)
	for range time.Tick(50 * time.Millisecond) {
		for _, url := range urls {
			go func() {
				said := ask(client, url)
				printing.Lock()
				defer printing.Unlock()
				if out.Encode(said) != nil {
					os.Exit(0)
				}
			}()
		}
	}
}

func ask(client *http.Client, url string) answer {
	response, err := client.Get(url)
	if err != nil {
		return answer{URL: url, Error: err.Error()}
	}
	defer response.Body.Close()
	body := make([]byte, 64)
	n, _ := response.Body.Read(body)
	return answer{URL: url, Status: response.StatusCode, Version: string(body[:n])}
}
