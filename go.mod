module github.com/rogatory/rogatory

go 1.26.0

require golang.org/x/text v0.43.0

require (
	github.com/blevesearch/snowballstem v0.9.0 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // indirect
	go.yaml.in/yaml/v4 v4.0.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)
