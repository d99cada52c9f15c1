package dev.arda.lsp.text;

import dev.arda.lsp.text.CursorContext.StringAtCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A Nix text as it is written: its tokens, its bindings, and where a cursor in it is. Reading never
 * fails, however broken the text is. Immutable and thread-safe.
 *
 * <p>A string that is never closed would turn all that follows inside out. So a text whose braces
 * and quotes do not match is read a second time, by a rule that holds in nearly every file: a
 * string with no closing quote on its line ends with that line. The reading in which more matches
 * counts.
 *
 * <p>What a text has become by an edit is read in time in proportion to the edit, the depth at
 * which it lies and the number of bindings behind it; if the edit leaves brackets or quotes open,
 * most is read anew.
 */
public final class NixText {

  private final Reading strict;

  /** By the other rule; found when a text before this one needed it. */
  private final @Nullable Reading lenient;

  private final Tokens tokens;
  private final List<Binding> bindings;
  private final LineIndex lines;

  /** What was asked for last: for one answer the same place is looked at several times. */
  private volatile @Nullable Cursor lastCursor;

  private record Cursor(int offset, CursorContext context) {}

  private volatile @Nullable List<PathLiteral> paths;

  private final Map<String, List<LexicalScope>> binders = new ConcurrentHashMap<>();

  private volatile @Nullable Scopes scopes;

  private NixText(
      Reading strict, @Nullable Reading lenient, List<Binding> bindings, LineIndex lines) {
    this.strict = strict;
    this.lenient = lenient;
    this.tokens = chosen(strict, lenient).tokens();
    this.bindings = bindings;
    this.lines = lines;
  }

  /** Reads a text. */
  public static NixText of(String text) {
    var strict = Reading.of(text, false);
    var lenient = strict.unmatched() == 0 ? null : Reading.of(text, true);
    var tokens = chosen(strict, lenient).tokens();
    return new NixText(strict, lenient, Skeleton.of(tokens), LineIndex.of(text));
  }

  private static Reading chosen(Reading strict, @Nullable Reading lenient) {
    return lenient != null && lenient.unmatched() < strict.unmatched() ? lenient : strict;
  }

  /**
   * Reads what this text has become.
   *
   * @param text the text after the edit
   * @param edit where the two differ
   */
  public NixText edited(String text, Edit edit) {
    var newStrict = strict.edited(text, edit);
    var other = lenient;
    var newLenient =
        other != null
            ? other.edited(text, edit)
            : newStrict.unmatched() == 0 ? null : Reading.of(text, true);
    boolean sameRule =
        (chosen(strict, other) == strict) == (chosen(newStrict, newLenient) == newStrict);
    var newTokens = chosen(newStrict, newLenient).tokens();
    var newBindings =
        sameRule
            ? EditedBindings.of(bindings, tokens, newTokens, edit)
            : Optional.<List<Binding>>empty();
    return new NixText(
        newStrict,
        newLenient,
        newBindings.orElseGet(() -> Skeleton.of(newTokens)),
        lines.edited(text, edit));
  }

  /** The text itself. */
  public String text() {
    return tokens.text();
  }

  /** Its tokens; each character belongs to exactly one. */
  public List<Token> tokens() {
    return tokens.list();
  }

  /** The same, for those who read them. */
  Tokens cut() {
    return tokens;
  }

  /** Its outermost bindings. */
  public List<Binding> bindings() {
    return bindings;
  }

  /** Its lines. */
  public LineIndex lines() {
    return lines;
  }

  /**
   * Where a cursor is.
   *
   * @param offset in UTF-16 code units; the cursor is before the character there
   * @throws IndexOutOfBoundsException if it lies outside of the text
   */
  public CursorContext cursorAt(int offset) {
    var last = lastCursor;
    if (last != null && last.offset() == offset) {
      return last.context();
    }
    var context = CursorReader.read(before(offset), bindings, offset);
    lastCursor = new Cursor(offset, context);
    return context;
  }

  /** The same without what is known of the text. */
  CursorContext cursorFromTheBeginning(int offset) {
    return CursorReader.read(before(offset), List.of(), offset);
  }

  /** By the rule that holds before a place. */
  private Reading before(int offset) {
    var other = lenient;
    return other != null && breaksBefore(offset) ? other : strict;
  }

  /** Whether a string that was left open further up ends with its line. */
  private boolean breaksBefore(int offset) {
    for (int i = 0; i < tokens.size() && tokens.end(i) <= offset; i++) {
      if (tokens.kind(i) == TokenKind.STRING_BREAK) {
        return true;
      }
    }
    return false;
  }

  /**
   * The strings that begin in a part of the text, outermost ones only, in the order of the text.
   *
   * @param start offset of the part's first character
   * @param end offset behind its last
   */
  public List<StringContent> strings(int start, int end) {
    var result = new ArrayList<StringContent>();
    int index = tokens.indexAt(start);
    while (index < tokens.size() && tokens.start(index) < end) {
      boolean opens =
          tokens.is(index, TokenKind.STRING_OPEN) || tokens.is(index, TokenKind.INDENTED_OPEN);
      if (opens) {
        int behind = tokens.behindClosing(index);
        result.add(StringContent.of(tokens, index, behind));
        index = behind;
      } else {
        index++;
      }
    }
    return result;
  }

  /**
   * The strings that are values, also those in interpolations of others, in the order of the text:
   * each with what it is applied to, and with the cursor at its beginning. Those that name an
   * attribute are none of them.
   */
  public List<StringAtCursor> values() {
    var result = new ArrayList<StringAtCursor>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.is(i, TokenKind.STRING_OPEN) || tokens.is(i, TokenKind.INDENTED_OPEN)) {
        int previous = tokens.skipTriviaBack(i - 1);
        int behind = tokens.behindClosing(i);
        int next = tokens.skipTrivia(behind);
        boolean name =
            tokens.is(previous, TokenKind.DOT)
                || tokens.is(next, TokenKind.EQUALS)
                || tokens.is(next, TokenKind.DOT);
        if (!name) {
          result.add(
              new StringAtCursor(
                  StringContent.of(tokens, i, behind), 0, AttrPaths.application(tokens, previous)));
        }
      }
    }
    return result;
  }

  /** The attributes of what an attribute is bound to. */
  public Members members(Binding binding) {
    var reader = new MemberReader(tokens, this::binder);
    return binding.inherited()
        ? reader.inherited(binding, bindings)
        : reader.read(binding.valueStart(), bindings);
  }

  /** The attributes of what the whole text stands for. */
  public Members members() {
    return new MemberReader(tokens, this::binder).read(0, bindings);
  }

  /**
   * Whether the key at a place can be one of an attribute of the value around it, rather than of
   * what a function is given in it.
   */
  public boolean isMember(int offset) {
    int brace = new Brackets(tokens).around(tokens.indexAt(offset));
    if (!tokens.is(brace, TokenKind.BRACE_OPEN)) {
      return true;
    }
    int value = around(offset).map(Binding::valueStart).orElse(0);
    return new MemberReader(tokens, this::binder).areIn(value, tokens.start(brace));
  }

  /** Whether nothing but brackets and white space is written between a place and what is there. */
  public boolean begins(int from, int offset) {
    int first = tokens.indexAt(from);
    while (tokens.is(first, TokenKind.PARENTHESIS_OPEN)
        || (first < tokens.size() && tokens.kind(first).isTrivia())) {
      first++;
    }
    return first < tokens.size() && tokens.start(first) == offset;
  }

  /** The innermost binding around a place. */
  public Optional<Binding> around(int offset) {
    var chain = chain(offset);
    return chain.isEmpty() ? Optional.empty() : Optional.of(chain.getLast());
  }

  /** All bindings around a place, outermost first. */
  private List<Binding> chain(int offset) {
    var result = new ArrayList<Binding>();
    var level = bindings;
    while (true) {
      var inner =
          level.stream()
              .filter(binding -> !binding.inherited())
              .filter(binding -> binding.valueStart() <= offset && holds(binding, offset))
              .findFirst();
      if (inner.isEmpty()) {
        boolean ended =
            !result.isEmpty()
                && result.getLast().end() == offset
                && tokens.is(tokens.size() - 1, TokenKind.SEMICOLON);
        return ended ? result.subList(0, result.size() - 1) : result;
      }
      result.add(inner.get());
      level = inner.get().children();
    }
  }

  /** Whether a binding goes on at a place, or at the end of the text has not ended. */
  private boolean holds(Binding binding, int offset) {
    return offset < binding.end() || (offset == binding.end() && offset == tokens.end());
  }

  /** What binds a name at a place; empty if the text does not. */
  public Optional<LexicalScope> binder(String name, int offset) {
    return LexicalScopes.at(
        binders.computeIfAbsent(name, wanted -> LexicalScopes.of(tokens, wanted)), offset);
  }

  /** Whether what begins at a place is all of the text, or the result of functions before it. */
  public boolean isWhole(int offset) {
    return (bindings.isEmpty() || offset <= bindings.getFirst().start())
        && tokens.open(0, offset).isEmpty();
  }

  /**
   * Whether the outermost braces around a place are what a function is applied to that stands in
   * parentheses with them: {@code (f { | })}, not {@code ({ ... }: { | })}.
   *
   * @param from offset that the braces are opened behind
   */
  public boolean isArgument(int from, int offset) {
    var open = tokens.open(from, offset);
    for (int depth = 1; depth < open.size(); depth++) {
      if (tokens.is(open.get(depth), TokenKind.BRACE_OPEN)) {
        int previous = tokens.skipTriviaBack(open.get(depth) - 1);
        return tokens.is(open.get(depth - 1), TokenKind.PARENTHESIS_OPEN)
            && previous != open.get(depth - 1)
            && !tokens.is(previous, TokenKind.COLON)
            && !tokens.is(previous, TokenKind.AT)
            && !tokens.is(previous, TokenKind.KEYWORD);
      }
    }
    return false;
  }

  /**
   * Whether a name that is written at a place is none of an attribute, but of a function's argument
   * or of a {@code let}: {@code { a, | }: a}.
   *
   * @param from offset that is outside of all brackets and sets that matter
   */
  public boolean isNoAttribute(int from, int offset) {
    var open = tokens.open(from, offset);
    if (open.isEmpty() || !tokens.is(open.getLast(), TokenKind.BRACE_OPEN)) {
      return !open.isEmpty() && tokens.is(open.getLast(), TokenKind.KEYWORD);
    }
    int depth = 0;
    for (int i = open.getLast(); i < tokens.size(); i++) {
      switch (tokens.kind(i)) {
        case BRACE_OPEN -> depth++;
        case BRACE_CLOSE -> depth--;
        case COMMA -> {
          if (depth == 1) {
            return true;
          }
        }
        default -> {}
      }
      if (depth == 0) {
        int behind = tokens.skipTrivia(i + 1);
        return tokens.is(behind, TokenKind.COLON) || tokens.is(behind, TokenKind.AT);
      }
    }
    return false;
  }

  /** The names of all bindings around a place, outermost first, as one path. */
  public List<AttrName> enclosing(int offset) {
    return chain(offset).stream().flatMap(binding -> binding.path().stream()).toList();
  }

  /**
   * A path that the text says, such as {@code ./hosts.nix}.
   *
   * @param path as it is written
   * @param start offset of its first character
   * @param imported whether it is what {@code import} is applied to
   */
  public record PathLiteral(String path, int start, boolean imported) {}

  /** The paths that the text says, in its order. */
  public List<PathLiteral> paths() {
    var found = paths;
    if (found == null) {
      found = findPaths();
      paths = found;
    }
    return found;
  }

  private List<PathLiteral> findPaths() {
    var result = new ArrayList<PathLiteral>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.is(i, TokenKind.PATH)) {
        int previous = tokens.skipTriviaBack(i - 1);
        result.add(
            new PathLiteral(
                tokens.text(i),
                tokens.start(i),
                tokens.is(previous, TokenKind.IDENTIFIER)
                    && tokens.text(previous).equals("import")));
      }
    }
    return List.copyOf(result);
  }

  /**
   * The attribute paths of values, {@code self.a."b".${c}}, with at least one dot, in the order of
   * the text; and those of which an {@code inherit} is a short form. Those that have a default, or
   * are only asked whether they are there, are left out.
   */
  public List<List<AttrName>> references() {
    return References.in(tokens);
  }

  /**
   * What a path means: what the text binds its first name to is put in that name's place, as often
   * as it can be told.
   *
   * @param path as it is written in this text
   */
  public Meaning meaning(List<AttrName> path) {
    return scopes().meaning(path);
  }

  /**
   * The sets around a place whose attributes a {@code with} makes names, innermost first, by what
   * their paths mean.
   */
  public List<List<AttrName>> withs(int offset) {
    return scopes().withs(offset);
  }

  /**
   * The paths of those sets as they are written, innermost first; an empty one where a set has
   * none.
   */
  public List<List<AttrName>> withSets(int offset) {
    return scopes().withSets(offset);
  }

  /**
   * Whether a path that begins with a variable leads to a key of this text: {@code hosts.web} to
   * that of <code>let hosts = { web = …; }</code>.
   *
   * @param path as it is written
   * @param key offset of the key, or of the string in a list that is one
   */
  public boolean leads(List<AttrName> path, int key) {
    return new LocalKeys(this).leads(path, key);
  }

  /**
   * What the strings of a list are selected from: {@code self.hosts} of {@code map (h:
   * self.hosts.${h}) [ "|" ]}.
   *
   * @param offset in a string of that list
   */
  public Optional<List<AttrName>> selectedFrom(int offset) {
    return scopes().selectedFrom(offset);
  }

  /**
   * The path, as it is written, of the set that a string names an attribute of: {@code hosts} of
   * {@code getAttr "|" hosts} and of {@code map (h: hosts.${h}) [ "|" ]}.
   *
   * @param offset of the string
   */
  public Optional<List<AttrName>> namedIn(int offset) {
    return scopes().namedIn(offset);
  }

  private Scopes scopes() {
    var found = scopes;
    if (found == null) {
      found = Scopes.of(tokens);
      scopes = found;
    }
    return found;
  }

  /** The {@code inherit} that has the name at a place; empty if it is none of one. */
  public Optional<Inherit> inherit(int offset) {
    return Inherit.at(tokens, tokens.indexAt(offset));
  }

  /** Offsets of a name where it is a variable. */
  public List<Integer> variables(String name) {
    return Selections.variables(tokens, name);
  }

  /** The places in code where a name is written, in the order of the text. */
  public List<Mention> mentions(String name) {
    return Mention.of(tokens, name);
  }

  /** All attribute paths of values with two names or more, however they are taken apart. */
  public List<List<AttrName>> selections() {
    return Selections.in(tokens);
  }

  /**
   * The paths that the text asks whether they are there: {@code self.a.b} of {@code self.a ? b}.
   */
  public List<List<AttrName>> asked() {
    return Selections.asked(tokens);
  }

  /** The same, also by functions: {@code builtins.hasAttr "b" self.a}. */
  public List<List<AttrName>> guarded() {
    return Selections.guarded(tokens);
  }

  /** The name of an attribute as Nix takes it in a path: with quotes where it needs them. */
  public static String attributeName(String name) {
    boolean plain = !name.isEmpty() && Characters.isIdentifierStart(name.charAt(0));
    for (int i = 1; i < name.length() && plain; i++) {
      plain = Characters.isIdentifierPart(name.charAt(i));
    }
    return plain && !Words.isKeyword(name) ? name : quoted(name);
  }

  /** A text as a quoted string. */
  public static String quoted(String plain) {
    var empty = Lexer.upTo("\"\"");
    return '"' + StringContent.of(empty, 0, 2).escape(plain) + '"';
  }
}
