package main
import ("testing";"github.com/rogatory/rogatory/rulebook";"github.com/rogatory/rogatory/crosscheck/sample")
func BenchmarkOurs(b *testing.B){ book:=rulebook.Floor(); d:=sample.Draw(book.Vocabulary(),seed,requests); cs,_,err:=prepare(book,d); if err!=nil{b.Fatal(err)}
 for _,c:=range cs { b.Run(c.name,func(b *testing.B){ for i:=0;i<b.N;i++ {c.run(i%requests)}})}}
