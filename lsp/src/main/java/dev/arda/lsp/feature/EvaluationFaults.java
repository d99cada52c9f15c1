package dev.arda.lsp.feature;

import dev.arda.lsp.feature.Definitions.Target;
import dev.arda.lsp.feature.Fault.Severity;
import dev.arda.lsp.feature.FlakeView.Description;
import dev.arda.lsp.feature.FlakeView.Failure;
import dev.arda.lsp.feature.FlakeView.Freshness;
import dev.arda.lsp.feature.FlakeView.Name;
import dev.arda.lsp.feature.FlakeView.Names;
import dev.arda.lsp.feature.FlakeView.Position;
import dev.arda.lsp.text.LineIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds why the flake, an output of it, or a host or user cannot be evaluated: where Nix says that
 * lies if it is in this text, and else where the text binds what fails.
 *
 * <p>What is asked does not grow with the flake: each output for itself, and of the hosts and users
 * those that the text or its path names. Nothing of what they are made of is evaluated.
 */
final class EvaluationFaults {

  /** The fault of a file that git does not track: it is mended outside of the editor. */
  static final String UNTRACKED = "file-untracked";

  private static final int MOST_OUTPUTS = 60;

  /** Hosts and users of one output that are asked for. */
  private static final int MOST_MEMBERS = 32;

  private static final List<String> CONFIGURATIONS =
      List.of("nixosConfigurations", "darwinConfigurations", "homeConfigurations");

  private final Scope scope;
  private final Path file;
  private final Function<String, Names> names;
  private final List<Fault> found = new ArrayList<>();
  private final Set<Failure> told = new HashSet<>();
  private boolean settled = true;

  private EvaluationFaults(Scope scope, Path file, Function<String, Names> names) {
    this.scope = scope;
    this.file = file;
    this.names = names;
  }

  /**
   * Those of a text.
   *
   * @param file its absolute path, by which evaluations name it
   * @param saved whether it is what they read; what fails further down may be mended in it if not
   * @param names what the flake says of a prefix
   */
  static Faults.Report in(Scope scope, Path file, boolean saved, Function<String, Names> names) {
    var faults = new EvaluationFaults(scope, file, names);
    faults.examine(saved);
    return new Faults.Report(faults.found, faults.settled);
  }

  private void examine(boolean saved) {
    if (!isWhole(List.of(), scope.view().describe("")) || !saved) {
      return;
    }
    var outputs = names.apply("");
    if (outputs.freshness() != Freshness.CURRENT) {
      return;
    }
    var asked = outputs.names().stream().map(Name::name).limit(MOST_OUTPUTS).toList();
    var known = scope.view().describe(asked.stream().map(Selectors::name).toList());
    var whole = new HashSet<String>();
    for (int i = 0; i < asked.size(); i++) {
      if (isWhole(List.of(asked.get(i)), known.get(i))) {
        whole.add(asked.get(i));
      }
    }
    CONFIGURATIONS.stream().filter(whole::contains).forEach(this::members);
  }

  private void members(String output) {
    var members = names.apply(output + ".");
    if (members.freshness() != Freshness.CURRENT) {
      return;
    }
    var named = members.names().stream().map(Name::name).filter(this::isNamed).limit(MOST_MEMBERS);
    for (var name : named.toList()) {
      var known = scope.view().describe(output + "." + Selectors.name(name));
      isWhole(List.of(output, name), known);
      if (known.isEmpty()) {
        return; // while this is being evaluated, the others would wait in vain
      }
    }
  }

  private boolean isNamed(String name) {
    return scope.text().text().contains(name) || scope.path().toString().contains(name);
  }

  /**
   * Whether there is such a value; if it is known that there is not, that is told.
   *
   * @param path the names that lead to it
   */
  private boolean isWhole(List<String> path, Optional<Description> known) {
    boolean certain = known.filter(Description::settled).isPresent();
    settled &= certain;
    var failure = known.filter(Description::settled).flatMap(Description::failure);
    failure.filter(told::add).ifPresent(first -> tell(path, first));
    return certain && failure.isEmpty();
  }

  private void tell(List<String> path, Failure failure) {
    var untracked = failure.untracked().map(Path::of);
    if (untracked.isPresent() && untracked.get().equals(file)) {
      add(0, lineEnd(), failure, failure.message());
    } else if (untracked.isEmpty() || !isNamedHere(untracked.get(), failure)) {
      var here = failure.position().filter(position -> Path.of(position.file()).equals(file));
      here.ifPresentOrElse(
          position -> {
            int start = offset(position);
            add(start, wordEnd(start), failure, failure.message());
          },
          () -> atBinding(path, failure));
    }
  }

  /** Tells of a file where paths in this text lead to it. */
  private boolean isNamedHere(Path untracked, Failure failure) {
    var directory = file.getParent();
    boolean named = false;
    for (var path : scope.text().paths()) {
      if (directory != null && path.path().startsWith(".")) {
        var target = directory.resolve(path.path()).normalize();
        if (target.equals(untracked) || target.resolve("default.nix").equals(untracked)) {
          add(path.start(), path.start() + path.path().length(), failure, failure.message());
          named = true;
        }
      }
    }
    return named;
  }

  private int offset(Position position) {
    return scope
        .text()
        .lines()
        .offset(
            new LineIndex.Place(position.line() - 1, Math.max(0, position.column() - 1)),
            LineIndex.Encoding.UTF_8);
  }

  /** Tells at the innermost binding of a path, if that is in this text. */
  private void atBinding(List<String> path, Failure failure) {
    for (int depth = path.size(); depth > 0; depth--) {
      var key = Definitions.key(scope, path.subList(0, depth - 1), path.get(depth - 1));
      if (key.isPresent()) {
        if (key.get() instanceof Target.InText bound && bound.file().equals(scope.path())) {
          add(bound.start(), bound.end(), failure, message(path, failure));
        }
        return;
      }
    }
    if (scope.isFlakeFile()) {
      int start =
          scope.text().bindings().stream()
              .filter(binding -> Paths.named(binding.path()).getFirst().equals("outputs"))
              .findFirst()
              .map(binding -> binding.start())
              .orElse(0);
      add(start, wordEnd(start), failure, message(path, failure));
    }
  }

  private String message(List<String> path, Failure failure) {
    if (failure.untracked().isPresent()) {
      return failure.message();
    }
    var selector = Selectors.prefix(path);
    var what = path.isEmpty() ? "the outputs" : selector.substring(0, selector.length() - 1);
    var where = failure.position().map(position -> " (%s)".formatted(place(position))).orElse("");
    return "%s cannot be evaluated: %s%s".formatted(what, failure.message(), where);
  }

  private String place(Position position) {
    var root = file;
    for (int i = 0; root != null && i < scope.path().getNameCount(); i++) {
      root = root.getParent();
    }
    var named = Path.of(position.file());
    var shown = root != null && named.startsWith(root) ? root.relativize(named) : named;
    return position.column() > 0
        ? "%s:%d:%d".formatted(shown, position.line(), position.column())
        : "%s:%d".formatted(shown, position.line());
  }

  private void add(int start, int end, Failure failure, String message) {
    var code = failure.untracked().isPresent() ? UNTRACKED : "evaluation-failed";
    var fault = new Fault(start, end, Severity.ERROR, code, message, List.of());
    if (!found.contains(fault)) {
      found.add(fault);
    }
  }

  private int lineEnd() {
    var text = scope.text().text();
    int end = text.indexOf('\n');
    return end < 0 ? text.length() : end;
  }

  private int wordEnd(int start) {
    var text = scope.text().text();
    int end = start;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    return end == start ? Math.min(text.length(), start + 1) : end;
  }
}
