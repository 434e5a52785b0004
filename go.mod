module github.com/rogatory/rogatory

go 1.26
