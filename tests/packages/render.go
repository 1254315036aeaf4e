// SPDX-License-Identifier: Apache-2.0

// What `helm template --namespace NAMESPACE CHART --set KEY=VALUE...` prints, for a chart that uses no more of Helm's own
// functions than are here: render CHART NAMESPACE [KEY=VALUE...]
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"
)

var functions = template.FuncMap{
	"default": func(otherwise, value string) string {
		if value == "" {
			return otherwise
		}
		return value
	},
	"fail": func(message string) (string, error) { return "", errors.New(message) },
	"has": func(wanted string, list []any) bool {
		for _, item := range list {
			if item == wanted {
				return true
			}
		}
		return false
	},
	"quote": func(value any) string { return strconv.Quote(fmt.Sprint(value)) },
	"ternary": func(yes, no any, condition bool) any {
		if condition {
			return yes
		}
		return no
	},
	"toJson": func(value any) (string, error) {
		text, err := json.Marshal(value)
		return string(text), err
	},
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func load(file string) map[string]any {
	values := map[string]any{}
	text, err := os.ReadFile(file)
	check(err)
	check(yaml.Unmarshal(text, &values))
	return values
}

// set follows a.b=VALUE; VALUE is YAML, as Helm's --set-json takes JSON.
func set(values map[string]any, assignment string) {
	key, text, found := strings.Cut(assignment, "=")
	path := strings.Split(key, ".")
	if !found {
		log.Fatalf("not KEY=VALUE: %s", assignment)
	}
	for _, part := range path[:len(path)-1] {
		values = values[part].(map[string]any)
	}
	var value any
	check(yaml.Unmarshal([]byte(text), &value))
	values[path[len(path)-1]] = value
}

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: render CHART NAMESPACE [KEY=VALUE...]")
	}
	folder := os.Args[1]
	chart := load(filepath.Join(folder, "Chart.yaml"))
	values := load(filepath.Join(folder, "values.yaml"))
	for _, assignment := range os.Args[3:] {
		set(values, assignment)
	}
	templates, err := template.New("").Option("missingkey=error").Funcs(functions).
		ParseGlob(filepath.Join(folder, "templates", "*.yaml"))
	check(err)
	for _, one := range templates.Templates() {
		fmt.Println("---")
		check(one.Execute(os.Stdout, map[string]any{
			"Values":  values,
			"Chart":   map[string]any{"AppVersion": chart["appVersion"]},
			"Release": map[string]any{"Namespace": os.Args[2]},
		}))
	}
}
