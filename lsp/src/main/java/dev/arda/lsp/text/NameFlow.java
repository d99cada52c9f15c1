package dev.arda.lsp.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Finds the strings of some texts by which attributes may be selected, compared or left out whose
 * names only an evaluation knows: from {@code set.${name}} and the like back to what {@code name}
 * is bound to, is given as an argument, or is an element of. Variables are followed by their
 * scopes, attributes and functions by their names alone, so that it finds rather too much.
 */
public final class NameFlow {

  /** Functions that are given names, with the number of the argument that has those, from 1. */
  private static final Map<String, Integer> READING =
      Map.of(
          "getAttr", 2,
          "hasAttr", 2,
          "removeAttrs", 1,
          "getAttrs", 2,
          "attrByPath", 3,
          "hasAttrByPath", 2,
          "elem", 0);

  /** What a string ends with before a name of a flake's. */
  private static final List<String> REFERRING = List.of("#", "Configurations.");

  /**
   * A string.
   *
   * @param text it stands in
   * @param string what it says
   * @param part whether it is joined with others
   */
  public record Flowing(NixText text, StringContent string, boolean part) {}

  /** A part of a text: indices of its first token and behind its last. */
  private record Region(NixText text, int from, int to) {}

  private final List<NixText> texts;
  private final BiPredicate<NixText, List<AttrName>> matters;
  private final Deque<Region> open = new ArrayDeque<>();
  private final Set<Region> seen = new HashSet<>();
  private final Set<String> attributes = new HashSet<>();
  private final Set<String> functions = new HashSet<>();
  private final Map<Region, Flowing> found = new LinkedHashMap<>();

  private NameFlow(List<NixText> texts, BiPredicate<NixText, List<AttrName>> matters) {
    this.texts = texts;
    this.matters = matters;
  }

  /**
   * Those of some texts.
   *
   * @param matters whether the set is of interest that a path selects from: its last name is one
   *     that only an evaluation knows; it is empty where the set has no path
   */
  public static List<Flowing> of(
      List<NixText> texts, BiPredicate<NixText, List<AttrName>> matters) {
    var flow = new NameFlow(texts, matters);
    for (var text : texts) {
      flow.begin(text);
    }
    while (!flow.open.isEmpty()) {
      flow.collect(flow.open.remove());
    }
    return List.copyOf(flow.found.values());
  }

  private void begin(NixText text) {
    var tokens = text.cut();
    for (int i = 0; i < tokens.size(); i++) {
      switch (tokens.kind(i)) {
        case INTERPOLATION_OPEN -> selection(text, i);
        case IDENTIFIER -> {
          if (READING.containsKey(tokens.text(i))) {
            reading(text, i);
          }
        }
        case OPERATOR -> {
          if (tokens.text(i).equals("==") || tokens.text(i).equals("!=")) {
            comparison(text, i);
          }
        }
        default -> {}
      }
    }
  }

  private void selection(NixText text, int interpolation) {
    var tokens = text.cut();
    int previous = tokens.skipTriviaBack(interpolation - 1);
    boolean begins = false;
    if (tokens.is(previous, TokenKind.DOT)) {
      begins = matters.test(text, dynamic(AttrPaths.before(tokens, previous).names()));
    } else if (tokens.is(previous, TokenKind.QUESTION)) {
      int last = tokens.skipTriviaBack(previous - 1);
      begins = matters.test(text, dynamic(AttrPaths.endingWith(tokens, last).names()));
    } else if (tokens.is(interpolation - 1, TokenKind.STRING_TEXT)) {
      var before = tokens.text(interpolation - 1);
      begins = REFERRING.stream().anyMatch(before::endsWith);
    }
    if (begins) {
      add(text, interpolation + 1, tokens.behindClosing(interpolation) - 1);
    }
  }

  private static List<AttrName> dynamic(List<AttrName> set) {
    if (set.isEmpty()) {
      return set;
    }
    var path = new ArrayList<>(set);
    int end = set.getLast().end();
    path.add(new AttrName.Dynamic(end, end));
    return path;
  }

  private void reading(NixText text, int function) {
    var tokens = text.cut();
    var arguments = arguments(text, function);
    int number = READING.getOrDefault(tokens.text(function), 0);
    if (number > 0 && arguments.size() >= number) {
      var set = arguments.get(number - 1);
      var path = AttrPaths.value(tokens, set.from());
      if (!path.names().isEmpty()
          && path.next() == set.to()
          && !matters.test(text, dynamic(path.names()))) {
        return;
      }
    }
    arguments.forEach(this::add);
  }

  private void comparison(NixText text, int operator) {
    var tokens = text.cut();
    var terms = new Terms(tokens);
    int last = tokens.skipTriviaBack(operator - 1);
    int next = tokens.skipTrivia(operator + 1);
    boolean said =
        tokens.is(last, TokenKind.STRING_CLOSE) || tokens.is(next, TokenKind.STRING_OPEN);
    int first = terms.start(last);
    int end = terms.end(next);
    // What is compared with a string that it says itself is as good as any other.
    if (first >= 0 && (!said || tokens.is(last, TokenKind.STRING_CLOSE))) {
      add(text, first, last + 1);
    }
    if (end >= 0 && (!said || tokens.is(next, TokenKind.STRING_OPEN))) {
      add(text, next, end);
    }
  }

  /** What stands behind a function. */
  private static List<Region> arguments(NixText text, int function) {
    var terms = new Terms(text.cut());
    var result = new ArrayList<Region>();
    int at = text.cut().skipTrivia(function + 1);
    for (int end = terms.end(at); end != Terms.NONE; end = terms.end(at)) {
      result.add(new Region(text, at, end));
      at = text.cut().skipTrivia(end);
    }
    return result;
  }

  private void add(NixText text, int from, int to) {
    add(new Region(text, from, to));
  }

  private void add(Region region) {
    if (seen.add(region)) {
      open.add(region);
    }
  }

  /** Takes the strings of a part of a text, and follows its variables and attributes. */
  private void collect(Region region) {
    var text = region.text();
    var tokens = text.cut();
    var brackets = new Brackets(tokens);
    int i = region.from();
    while (i < region.to()) {
      int behind = i + 1;
      switch (tokens.kind(i)) {
        // What attributes in it are bound to is looked for by their names.
        case BRACE_OPEN -> behind = brackets.closing(i) + 1;
        case STRING_OPEN, INDENTED_OPEN -> {
          behind = tokens.behindClosing(i);
          if (!tokens.is(tokens.skipTriviaBack(i - 1), TokenKind.DOT)) {
            string(text, i, behind);
          }
        }
        case INTERPOLATION_OPEN -> behind = tokens.behindClosing(i);
        case IDENTIFIER -> name(text, i);
        default -> {}
      }
      i = behind;
    }
  }

  private void string(NixText text, int from, int to) {
    var tokens = text.cut();
    boolean part =
        isJoined(tokens, tokens.skipTriviaBack(from - 1))
            || isJoined(tokens, tokens.skipTrivia(to));
    found.putIfAbsent(
        new Region(text, from, to), new Flowing(text, StringContent.of(tokens, from, to), part));
    for (int i = from + 1; i < to; i++) {
      if (tokens.is(i, TokenKind.INTERPOLATION_OPEN)) {
        int behind = tokens.behindClosing(i);
        add(text, i + 1, behind - 1);
        i = behind - 1;
      }
    }
  }

  private static boolean isJoined(Tokens tokens, int index) {
    return tokens.is(index, TokenKind.OPERATOR) && tokens.text(index).equals("+");
  }

  private void name(NixText text, int index) {
    var tokens = text.cut();
    int behind = tokens.skipTrivia(index + 1);
    boolean goesOn =
        tokens.is(behind, TokenKind.DOT)
            || tokens.is(behind, TokenKind.EQUALS)
            || tokens.is(behind, TokenKind.COLON);
    if (goesOn) {
      return;
    }
    if (tokens.is(tokens.skipTriviaBack(index - 1), TokenKind.DOT)) {
      attribute(tokens.text(index));
    } else {
      variable(text, index);
    }
  }

  private void variable(NixText text, int index) {
    var tokens = text.cut();
    var name = tokens.text(index);
    var binder = text.binder(name, tokens.start(index));
    if (binder.isEmpty()) {
      attribute(name);
      return;
    }
    var scope = binder.get();
    switch (scope.form()) {
      case LET, RECURSIVE -> {
        if (scope.valueStart() >= 0) {
          value(text, tokens.indexAt(scope.valueStart()));
        } else {
          attribute(name);
        }
      }
      case ARGUMENT, CURRIED -> given(text, tokens.indexAt(scope.start()));
      case ATTRIBUTE -> attribute(name);
    }
  }

  private void value(NixText text, int from) {
    add(text, from, new Brackets(text.cut()).expressionEnd(from));
  }

  /** Follows an attribute to all that attributes of its name are bound to. */
  private void attribute(String name) {
    if (!attributes.add(name)) {
      return;
    }
    for (var text : texts) {
      var tokens = text.cut();
      for (int i = 0; i < tokens.size(); i++) {
        if (tokens.is(i, TokenKind.IDENTIFIER) && tokens.text(i).equals(name)) {
          int behind = tokens.skipTrivia(i + 1);
          if (tokens.is(behind, TokenKind.EQUALS) || tokens.is(behind, TokenKind.QUESTION)) {
            value(text, behind + 1);
          } else if (text.inherit(tokens.start(i))
              .filter(one -> one.source().isEmpty())
              .isPresent()) {
            variable(text, i);
          }
        }
      }
    }
  }

  /** Follows the argument of a function to what the function is applied to. */
  private void given(NixText text, int function) {
    var tokens = text.cut();
    int first = function;
    int before = tokens.skipTriviaBack(first - 1);
    while (tokens.is(before, TokenKind.COLON)) {
      first = new Terms(tokens).start(tokens.skipTriviaBack(before - 1));
      before = first < 0 ? -1 : tokens.skipTriviaBack(first - 1);
    }
    if (tokens.is(before, TokenKind.PARENTHESIS_OPEN)) {
      beside(text, before);
    } else if (tokens.is(before, TokenKind.EQUALS)) {
      var path = AttrPaths.endingWith(tokens, tokens.skipTriviaBack(before - 1)).names();
      if (!path.isEmpty() && path.getLast() instanceof AttrName.Static name) {
        function(name.name());
      }
    }
  }

  /** The other arguments of what a function in parentheses is given to. */
  private void beside(NixText text, int parenthesis) {
    var tokens = text.cut();
    var terms = new Terms(tokens);
    arguments(text, new Brackets(tokens).closing(parenthesis)).forEach(this::add);
    int last = tokens.skipTriviaBack(parenthesis - 1);
    int first = terms.start(last);
    while (first != Terms.NONE) {
      int before = tokens.skipTriviaBack(first - 1);
      int next = terms.start(before);
      if (next != Terms.NONE) {
        add(text, first, last + 1);
      }
      last = before;
      first = next;
    }
  }

  private void function(String name) {
    if (!functions.add(name)) {
      return;
    }
    for (var text : texts) {
      var tokens = text.cut();
      for (int i = 0; i < tokens.size(); i++) {
        if (tokens.is(i, TokenKind.IDENTIFIER) && tokens.text(i).equals(name)) {
          arguments(text, i).forEach(this::add);
        }
      }
    }
  }
}
