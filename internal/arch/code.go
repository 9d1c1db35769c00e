package arch

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// emptyNames are names of packages that say nothing about what is inside.
var emptyNames = []string{
	"util", "utils", "common", "helper", "helpers", "shared", "manager", "types", "misc", "base", "core", "models", "interfaces",
}

// panics lists the functions that may panic, each with the reason. The key is
// the file and the function in it.
var panics = map[string]string{}

// Code says where Go code breaks a habit of the house.
func Code(t *Tree) []Problem {
	var problems []Problem
	for folder, files := range t.folders() {
		problems = append(problems, packageRules(folder, files)...)
	}
	for _, f := range t.Files {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				problems = append(problems, t.functionRules(f, n)...)
			case *ast.CallExpr:
				problems = append(problems, t.callRules(f, n)...)
			}
			return true
		})
		if !f.Test() {
			problems = append(problems, t.docRules(f)...)
		}
	}
	return order(problems)
}

func packageRules(folder string, files []*File) []Problem {
	var problems []Problem
	file := func(f *File, text string) { problems = append(problems, Problem{File: f.Path, Text: text}) }
	documented, code := false, false
	for _, f := range files {
		if slices.Contains(emptyNames, f.AST.Name.Name) {
			file(f, "package "+f.AST.Name.Name+" says nothing about what is inside")
		}
		code = code || !f.Test()
		documented = documented || f.AST.Doc != nil && len(strings.Fields(f.AST.Doc.Text())) >= 5
	}
	if code && !documented {
		file(files[0], "no file of package "+files[0].AST.Name.Name+" says in a comment what the package is for")
	}
	return problems
}

func (t *Tree) functionRules(f *File, fn *ast.FuncDecl) []Problem {
	if fn.Name.Name == "init" && fn.Recv == nil {
		return []Problem{t.at(f, fn.Pos(), "init runs unseen: build the value where it is used, or in a plain variable")}
	}
	return nil
}

// callRules look for exits. Only a program's main package ends the process.
func (t *Tree) callRules(f *File, call *ast.CallExpr) []Problem {
	if f.Test() {
		return t.skipRule(f, call)
	}
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		if fun.Name == "panic" && panics[f.Path+" "+t.enclosing(f, call)] == "" {
			return []Problem{t.at(f, call.Pos(), "panic: return an error, or give the reason in the list of internal/arch")}
		}
	case *ast.SelectorExpr:
		name := selectorName(fun)
		exits := name == "os.Exit" || strings.HasPrefix(name, "log.Fatal") || strings.HasPrefix(name, "log.Panic")
		if exits && !f.Command() {
			return []Problem{t.at(f, call.Pos(), "%s: only main ends the process", name)}
		}
		if name == "time.Now" && decides(f) {
			return []Problem{t.at(f, call.Pos(), "time.Now: what decides gets its date handed in")}
		}
	}
	return nil
}

// skipRule keeps tests from being left out: a skipped test proves nothing.
func (t *Tree) skipRule(f *File, call *ast.CallExpr) []Problem {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, fun.Sel.Name) {
		if x, ok := fun.X.(*ast.Ident); ok && slices.Contains([]string{"t", "b", "f"}, x.Name) {
			return []Problem{t.at(f, call.Pos(), "%s.%s: no test is skipped", x.Name, fun.Sel.Name)}
		}
	}
	return nil
}

// decides reports whether a file belongs to a floor whose answers depend on
// nothing but what they are given.
func decides(f *File) bool {
	r, ok := rowOf(f.Folder())
	return ok && (r.layer <= line || r.folder == "internal/report" || r.folder == "internal/report/*")
}

func selectorName(s *ast.SelectorExpr) string {
	if x, ok := s.X.(*ast.Ident); ok {
		return x.Name + "." + s.Sel.Name
	}
	return s.Sel.Name
}

// enclosing names the function that holds a node.
func (t *Tree) enclosing(f *File, n ast.Node) string {
	for _, d := range f.AST.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Pos() <= n.Pos() && n.End() <= fn.End() {
			return fn.Name.Name
		}
	}
	return ""
}

// docRules ask for a comment on every exported name.
func (t *Tree) docRules(f *File) []Problem {
	var problems []Problem
	for _, d := range f.AST.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) {
				problems = append(problems, t.at(f, d.Pos(), "%s has no comment", d.Name.Name))
			}
		case *ast.GenDecl:
			problems = append(problems, t.groupRules(f, d)...)
		}
	}
	return problems
}

// groupRules let one comment stand for a group of constants or variables; a
// type needs its own unless it stands alone.
func (t *Tree) groupRules(f *File, d *ast.GenDecl) []Problem {
	var problems []Problem
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			alone := d.Doc != nil && (len(d.Specs) == 1 || s.Assign.IsValid())
			if s.Name.IsExported() && !alone && s.Doc == nil && s.Comment == nil {
				problems = append(problems, t.at(f, s.Pos(), "%s has no comment", s.Name.Name))
			}
			problems = append(problems, t.methodRules(f, s)...)
		case *ast.ValueSpec:
			exported := slices.ContainsFunc(s.Names, (*ast.Ident).IsExported)
			if exported && d.Doc == nil && s.Doc == nil && s.Comment == nil {
				problems = append(problems, t.at(f, s.Pos(), "%s has no comment", s.Names[0].Name))
			}
		}
	}
	return problems
}

// methodRules ask an exported interface to state the contract of each method.
func (t *Tree) methodRules(f *File, s *ast.TypeSpec) []Problem {
	i, ok := s.Type.(*ast.InterfaceType)
	if !ok || !s.Name.IsExported() {
		return nil
	}
	var problems []Problem
	for _, m := range i.Methods.List {
		if len(m.Names) > 0 && m.Names[0].IsExported() && m.Doc == nil && m.Comment == nil {
			problems = append(problems, t.at(f, m.Pos(), "%s.%s does not state its contract", s.Name.Name, m.Names[0].Name))
		}
	}
	return problems
}

// exportedReceiver reports whether a function is one that others can call.
func exportedReceiver(fn *ast.FuncDecl) bool {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return true
	}
	typ := fn.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	name, ok := typ.(*ast.Ident)
	return ok && name.IsExported()
}

// Sizes that a reader can hold in the head. They are alarms: what rings one is
// looked at and split.
const (
	maxFunction   = 100 // lines
	maxFile       = 600 // lines
	maxParameters = 5
)

// longLists may take more parameters, each with the reason.
var longLists = map[string]string{
	"internal/cli Run": "everything a process gets: context, arguments, the three streams, the environment",
}

// Sizes says what grew past an alarm.
func Sizes(t *Tree) []Problem {
	var problems []Problem
	for _, f := range t.Files {
		if f.Generated() {
			continue
		}
		if n := strings.Count(f.Source, "\n"); n > maxFile {
			problems = append(problems, Problem{File: f.Path, Text: strconv.Itoa(n) + " lines in one file"})
		}
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && !f.Test() {
				problems = append(problems, t.sizeRules(f, fn)...)
			}
		}
	}
	return order(problems)
}

func (t *Tree) sizeRules(f *File, fn *ast.FuncDecl) []Problem {
	var problems []Problem
	if n := t.line(fn.End()) - t.line(fn.Pos()) + 1; n > maxFunction {
		problems = append(problems, t.at(f, fn.Pos(), "%s has %d lines", fn.Name.Name, n))
	}
	if n := fn.Type.Params.NumFields(); n > maxParameters && longLists[f.Folder()+" "+fn.Name.Name] == "" {
		problems = append(problems, t.at(f, fn.Pos(), "%s has %d parameters: a struct is missing", fn.Name.Name, n))
	}
	return problems
}
