package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Finds the {@link Members} of a value: those of a set, of what is written behind {@code let}, a
 * condition or a function's argument, of both sides of {@code //}, of a variable that a {@code let}
 * binds, and of what functions that keep names are given. What other functions are given is none of
 * their result's.
 */
final class MemberReader {

  /** So many variables may stand for each other. */
  private static final int MOST_VARIABLES = 8;

  /** So far brackets are looked into. */
  private static final int DEEPEST = 100;

  /** Functions whose result has names of their arguments, with the numbers of those, from 1. */
  private static final Map<String, List<Integer>> KEEPING =
      Map.of(
          "mapAttrs", List.of(2),
          "filterAttrs", List.of(2),
          "removeAttrs", List.of(1),
          "optionalAttrs", List.of(2),
          "recursiveUpdate", List.of(1, 2),
          "mergeAttrsList", List.of(1),
          "mkIf", List.of(2),
          "mkMerge", List.of(1),
          "mkDefault", List.of(1),
          "mkForce", List.of(1));

  private final Tokens tokens;
  private final Brackets brackets;
  private final Terms terms;
  private final BiFunction<String, Integer, Optional<LexicalScope>> scopes;
  private final List<Set> sets = new ArrayList<>();
  private final List<StringContent> strings = new ArrayList<>();
  private final List<Integer> imports = new ArrayList<>();
  private final List<String> variables = new ArrayList<>();
  private int depth;

  /**
   * Begins with none.
   *
   * @param scopes finds what binds a name at a place
   */
  MemberReader(Tokens tokens, BiFunction<String, Integer, Optional<LexicalScope>> scopes) {
    this.tokens = tokens;
    this.brackets = new Brackets(tokens);
    this.terms = new Terms(tokens);
    this.scopes = scopes;
  }

  /**
   * Reads a value.
   *
   * @param offset where it begins
   * @param bindings the outermost ones of the text
   */
  Members read(int offset, List<Binding> bindings) {
    expression(tokens.indexAt(offset));
    var members = new ArrayList<Binding>();
    for (var set : sets) {
      addIn(bindings, set, members);
    }
    return new Members(members, strings, imports, variables);
  }

  /** Whether the braces that are opened at an offset hold some. */
  boolean areIn(int value, int brace) {
    expression(tokens.indexAt(value));
    return sets.stream().anyMatch(set -> set.open() == brace);
  }

  /** The members of an attribute that is inherited; none if it is from another set. */
  Members inherited(Binding binding, List<Binding> bindings) {
    int index = tokens.indexAt(binding.start());
    int before = tokens.skipTriviaBack(index - 1);
    while (tokens.is(before, TokenKind.IDENTIFIER)) {
      before = tokens.skipTriviaBack(before - 1);
    }
    return brackets.isWord(before, "inherit")
        ? variable(index).map(value -> read(tokens.start(value), bindings)).orElseGet(Members::none)
        : Members.none();
  }

  /** Adds the bindings of a set. */
  private static void addIn(List<Binding> level, Set set, List<Binding> result) {
    for (var binding : level) {
      boolean around = binding.valueStart() <= set.open() && set.open() < binding.end();
      if (around && !binding.inherited()) {
        addIn(binding.children(), set, result);
        return;
      }
    }
    level.stream()
        .filter(binding -> set.open() < binding.start() && binding.start() < set.close())
        .forEach(result::add);
  }

  /** Offsets of the braces of a set. */
  private record Set(int open, int close) {}

  /** An argument of a function, or the function: indices of its first token and behind its last. */
  private record Term(int start, int end) {}

  private void expression(int from) {
    if (depth < DEEPEST) {
      depth++;
      value(from);
      depth--;
    }
  }

  private void value(int from) {
    int at = tokens.skipTrivia(from);
    while (true) {
      int behind = behindPrefix(at);
      if (behind == Terms.NONE) {
        break;
      }
      at = tokens.skipTrivia(behind);
    }
    if (brackets.isWord(at, "if")) {
      condition(at);
      return;
    }
    var operands = new ArrayList<List<Term>>();
    while (true) {
      var found = new ArrayList<Term>();
      while (true) {
        int end = terms.end(at);
        if (end == Terms.NONE) {
          break;
        }
        found.add(new Term(at, end));
        at = tokens.skipTrivia(end);
      }
      operands.add(found);
      if (!tokens.is(at, TokenKind.OPERATOR) || !tokens.text(at).equals("//")) {
        break;
      }
      at = tokens.skipTrivia(at + 1);
    }
    if (!tokens.is(at, TokenKind.OPERATOR) && !tokens.is(at, TokenKind.QUESTION)) {
      operands.forEach(this::application);
    }
  }

  /** Index behind what stands before a value; {@link Terms#NONE} if nothing such is there. */
  private int behindPrefix(int at) {
    if (brackets.isWord(at, "let")) {
      int in = brackets.inOf(at);
      return brackets.isWord(in, "in") ? in + 1 : Terms.NONE;
    }
    if (brackets.isWord(at, "with") || brackets.isWord(at, "assert")) {
      int end = brackets.expressionEnd(at + 1);
      return tokens.is(end, TokenKind.SEMICOLON) ? end + 1 : Terms.NONE;
    }
    if (tokens.is(at, TokenKind.BRACE_OPEN)) {
      return brackets.behindPattern(at);
    }
    if (tokens.is(at, TokenKind.IDENTIFIER)) {
      int behind = tokens.skipTrivia(at + 1);
      if (tokens.is(behind, TokenKind.COLON)) {
        return behind + 1;
      }
      return tokens.is(behind, TokenKind.AT)
          ? brackets.behindPattern(tokens.skipTrivia(behind + 1))
          : Terms.NONE;
    }
    return Terms.NONE;
  }

  private void condition(int at) {
    int then = brackets.expressionEnd(at + 1);
    if (brackets.isWord(then, "then")) {
      expression(then + 1);
      int otherwise = brackets.expressionEnd(then + 1);
      if (brackets.isWord(otherwise, "else")) {
        expression(otherwise + 1);
      }
    }
  }

  private void application(List<Term> application) {
    if (application.size() == 1) {
      term(application.getFirst());
      return;
    }
    var function = application.isEmpty() ? "" : lastName(application.getFirst());
    if (function.equals("import") && tokens.is(application.get(1).start(), TokenKind.PATH)) {
      imports.add(tokens.start(application.get(1).start()));
    } else if (function.equals("genAttrs")) {
      list(application.get(1));
    } else {
      for (int number : KEEPING.getOrDefault(function, List.of())) {
        if (number < application.size()) {
          term(application.get(number));
        }
      }
    }
  }

  /** The last name of a path, as which functions of libraries are known. */
  private String lastName(Term term) {
    int last = tokens.skipTriviaBack(term.end() - 1);
    return tokens.is(term.start(), TokenKind.IDENTIFIER) && tokens.is(last, TokenKind.IDENTIFIER)
        ? tokens.text(last)
        : "";
  }

  private void term(Term term) {
    int first = term.start();
    int open = brackets.isWord(first, "rec") ? tokens.skipTrivia(first + 1) : first;
    int close = brackets.closing(open);
    switch (tokens.kind(open)) {
      case BRACE_OPEN -> {
        if (close + 1 >= term.end()) {
          int end = close < tokens.size() ? tokens.start(close) : tokens.end() + 1;
          sets.add(new Set(tokens.start(open), end));
        }
      }
      case PARENTHESIS_OPEN -> {
        if (close + 1 >= term.end()) {
          expression(open + 1);
        }
      }
      case BRACKET_OPEN -> {
        if (depth < DEEPEST) {
          depth++;
          elements(open);
          depth--;
        }
      }
      case IDENTIFIER -> {
        if (open + 1 == term.end()) {
          variable(open).ifPresent(this::expression);
        }
      }
      default -> {}
    }
  }

  private void elements(int open) {
    int at = tokens.skipTrivia(open + 1);
    for (int end = terms.end(at); end != Terms.NONE; end = terms.end(at)) {
      term(new Term(at, end));
      at = tokens.skipTrivia(end);
    }
  }

  /** Adds the strings of a list that says names. */
  private void list(Term term) {
    int open = term.start();
    if (tokens.is(open, TokenKind.IDENTIFIER) && open + 1 == term.end()) {
      open = variable(open).map(tokens::skipTrivia).orElse(open);
    }
    if (!tokens.is(open, TokenKind.BRACKET_OPEN)) {
      return;
    }
    int close = brackets.closing(open);
    int at = open + 1;
    while (at < close) {
      int behind = tokens.is(at, TokenKind.STRING_OPEN) ? tokens.behindClosing(at) : at + 1;
      if (tokens.is(at, TokenKind.STRING_OPEN)) {
        var string = StringContent.of(tokens, at, behind);
        if (string.isClosed() && !string.isDynamic() && !string.text().isEmpty()) {
          strings.add(string);
        }
      } else if (tokens.is(at, TokenKind.PARENTHESIS_OPEN)) {
        behind = brackets.closing(at);
      }
      at = behind;
    }
  }

  /** Index of the first token of what a variable stands for, where a {@code let} says that. */
  private Optional<Integer> variable(int index) {
    if (variables.size() == MOST_VARIABLES) {
      return Optional.empty();
    }
    var name = tokens.text(index);
    var value =
        scopes
            .apply(name, tokens.start(index))
            .filter(scope -> scope.valueStart() >= 0)
            .map(scope -> tokens.indexAt(scope.valueStart()));
    value.ifPresent(found -> variables.add(name));
    return value;
  }
}
