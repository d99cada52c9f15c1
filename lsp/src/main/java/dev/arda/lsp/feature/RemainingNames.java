package dev.arda.lsp.feature;

import dev.arda.lsp.feature.References.Occurrence;
import dev.arda.lsp.feature.References.Subject;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Mention;
import dev.arda.lsp.text.NameFlow;
import dev.arda.lsp.text.NixText;
import dev.arda.lsp.text.StringContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks for what would still have the old name when a host or user has another: what is written the
 * same and may mean it, by ways that cannot be told from the text. What cannot is left alone:
 * comments, files, other attributes that the text binds, options of modules.
 */
final class RemainingNames {

  /** Sets of hosts, by the last name of their path. */
  private static final Set<String> SETS =
      Set.of(
          "nixosConfigurations",
          "darwinConfigurations",
          "homeConfigurations",
          "colmena",
          "colmenaHive",
          "machines",
          "nodes",
          "hosts");

  /** Arguments of functions and modules that are no sets of hosts. */
  private static final Set<String> OTHERS =
      Set.of(
          "pkgs", "lib", "config", "options", "builtins", "modulesPath", "prev", "final", "super");

  private static final Set<String> CONFIGURATIONS =
      Set.of("nixosConfigurations", "darwinConfigurations", "homeConfigurations", "inputs");

  private final Scope scope;
  private final Subject subject;
  private final List<FlakeFiles.Part> parts;
  private final List<Occurrence> renamed;

  /** Names of the bindings whose sets have the name as a key. */
  private final Set<String> sets = new HashSet<>(SETS);

  /** Last names of the sets of which attributes are selected whose names the text does not say. */
  private final Set<String> read = new HashSet<>();

  private RemainingNames(Scope scope, Subject subject, List<Occurrence> renamed) {
    this.scope = scope;
    this.subject = subject;
    this.renamed = renamed;
    this.parts = FlakeFiles.all(scope);
    for (var part : parts) {
      for (var mention : part.text().mentions(subject.name())) {
        if (mention.form() == Mention.Form.KEY && !isOfUser(part, mention)) {
          around(part, mention).ifPresent(sets::add);
        }
      }
    }
  }

  /** Why the name cannot be replaced: the first such place. Empty if there is none. */
  static Optional<String> of(Scope scope, Subject subject, List<Occurrence> renamed) {
    var names = new RemainingNames(scope, subject, renamed);
    var strings = subject.kind() == Kind.ACCOUNT ? names.anyString() : names.strings();
    return names.parts.stream()
        .flatMap(part ->
            part.text().mentions(subject.name()).stream()
                .filter(mention -> !names.isRenamed(part.file(), mention.start(), mention.end()))
                .filter(mention -> names.mayMean(part, mention))
                .map(mention -> names.told(part, mention.start(), mention.end()))
                .limit(1))
        .findFirst()
        .or(() -> strings);
  }

  private String told(FlakeFiles.Part part, int start, int end) {
    return "`%s` in %s may mean this %s too; rename it by hand"
        .formatted(
            part.text().text().substring(start, end),
            Renaming.place(part.file(), part.text(), start),
            subject.kind().word());
  }

  private boolean isRenamed(Path file, int start, int end) {
    return renamed.stream()
        .anyMatch(one ->
            one.file().equals(file)
                && ((one.start() < end && start < one.end())
                    || (one.renamed().start() < end && start < one.renamed().end())));
  }

  /** The last name of the binding whose set a key is in. */
  private static Optional<String> around(FlakeFiles.Part part, Mention key) {
    var path = new ArrayList<>(part.text().enclosing(key.start()));
    path.addAll(key.parents());
    return path.isEmpty() ? Optional.empty() : said(path.getLast());
  }

  private static Optional<String> said(AttrName name) {
    return name instanceof AttrName.Static one ? Optional.of(one.name()) : Optional.empty();
  }

  private boolean isOfUser(FlakeFiles.Part part, Mention key) {
    var path = new ArrayList<>(part.around());
    path.addAll(Paths.named(part.text().enclosing(key.start())));
    path.addAll(Paths.named(key.parents()));
    return NamingPlaces.key(path, part.file())
        .filter(naming -> naming.kind() != subject.kind())
        .isPresent();
  }

  /** Options of all kinds take the name of an account as a string. */
  private Optional<String> anyString() {
    for (var part : parts) {
      for (var value : part.text().values()) {
        var string = value.content();
        int start = string.offsetOf(0);
        int end = string.offsetOf(string.text().length());
        if (string.text().equals(subject.name()) && !isRenamed(part.file(), start, end)) {
          return Optional.of(told(part, start, end));
        }
      }
    }
    return strings();
  }

  /** Strings that may become the name of an attribute of a set of hosts. */
  private Optional<String> strings() {
    var texts = parts.stream().map(FlakeFiles.Part::text).toList();
    var flowing = NameFlow.of(texts, this::isRead);
    for (var one : flowing) {
      var string = one.string();
      int start = string.offsetOf(0);
      int end = string.offsetOf(string.text().length());
      for (var part : parts) {
        if (part.text() == one.text()
            && isName(one)
            && !isRenamed(part.file(), start, Math.max(end, start + 1))) {
          return Optional.of(told(part, start, end));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a set may have the host, of which something is selected that the text does not say. */
  private boolean isRead(NixText text, List<AttrName> path) {
    if (path.size() < 2) {
      return true;
    }
    var set = said(path.get(path.size() - 2));
    set.ifPresent(read::add);
    if (set.filter(sets::contains).isPresent()) {
      return true;
    }
    return parts.stream()
        .filter(part -> part.text() == text)
        .flatMap(part -> Paths.root(scope.in(part.file(), text), path).stream())
        .anyMatch(
            root -> Kind.below(root.path().subList(0, root.path().size() - 1)) == subject.kind());
  }

  private boolean isName(NameFlow.Flowing one) {
    var name = subject.name();
    var text = one.string().text();
    if (!one.string().isDynamic()) {
      return text.equals(name) || (one.part() && !text.isEmpty() && name.contains(text));
    }
    var pattern = new StringBuilder();
    boolean says = false;
    for (var piece : text.split(String.valueOf(StringContent.HOLE), -1)) {
      pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(piece));
      says |= !piece.isEmpty();
    }
    return says && name.matches(pattern.toString());
  }

  private boolean mayMean(FlakeFiles.Part part, Mention mention) {
    return switch (mention.form()) {
      case KEY ->
          !isOfUser(part, mention) && around(part, mention).filter(read::contains).isPresent();
      case SELECTED -> isSelected(part, mention);
      case VARIABLE -> isOfWith(part, mention);
      case ARGUMENT -> false;
    };
  }

  private boolean isSelected(FlakeFiles.Part part, Mention mention) {
    var parents = mention.parents();
    if (parents.isEmpty()) {
      return true;
    }
    if (said(parents.getLast()).filter("users"::equals).isPresent()) {
      if (isOfAccounts(parents)) {
        return subject.kind() == Kind.ACCOUNT;
      }
      if (subject.kind() == Kind.USER) {
        return true;
      }
    }
    var here = scope.in(part.file(), part.text());
    var root = Paths.root(here, parents);
    if (root.isPresent()) {
      var path = root.get().path();
      return !path.isEmpty()
          && !(CONFIGURATIONS.contains(path.getFirst()) && path.size() > 1)
          && Kind.below(path) != Kind.INPUT
          && (Kind.below(path) == subject.kind()
              || Definitions.key(scope, path, subject.name()).isEmpty());
    }
    if (!(parents.getFirst() instanceof AttrName.Static first) || OTHERS.contains(first.name())) {
      return false;
    }
    boolean isSet = said(parents.getLast()).filter(SETS::contains).isPresent();
    var binder = part.text().binder(first.name(), first.start());
    if (binder.isEmpty()) {
      return isSet;
    }
    if (binder.get().isFunction()) {
      return isSet || parents.size() == 1;
    }
    return !isOwn(part, parents) && (isSet || parents.size() == 1);
  }

  /** Whether a path ends as {@code config.users.users} does. */
  private static boolean isOfAccounts(List<AttrName> path) {
    return NamingPlaces.key(Paths.named(path), Path.of(""))
        .filter(naming -> naming.kind() == Kind.ACCOUNT)
        .isPresent();
  }

  /** Whether the text binds an attribute of the name in the set of a variable. */
  private boolean isOwn(FlakeFiles.Part part, List<AttrName> parents) {
    var path = Paths.named(parents);
    return part.text().mentions(subject.name()).stream()
        .filter(key -> key.form() == Mention.Form.KEY)
        .filter(key -> !isRenamed(part.file(), key.start(), key.end()))
        .map(key -> {
          var around = new ArrayList<>(part.text().enclosing(key.start()));
          around.addAll(key.parents());
          return Paths.named(around);
        })
        .anyMatch(around ->
            around.size() >= path.size()
                && around.subList(around.size() - path.size(), around.size()).equals(path));
  }

  /** Whether a {@code with} may make a variable. */
  private boolean isOfWith(FlakeFiles.Part part, Mention mention) {
    var text = part.text();
    if (text.binder(subject.name(), mention.start()).isPresent()) {
      return false;
    }
    return text.withSets(mention.start()).stream()
        .anyMatch(set -> set.isEmpty() || said(set.getFirst()).filter(OTHERS::contains).isEmpty());
  }
}
