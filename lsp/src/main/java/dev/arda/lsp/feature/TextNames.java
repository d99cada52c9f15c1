package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names that a {@code flake.nix} says in plain text: its inputs, its outputs, and what it binds in
 * them. Known without Nix, also for a text that is broken or was not saved.
 */
final class TextNames {

  /** The call of a function that keeps the names of what it is given, whatever it is called by. */
  private static final Pattern MAPPED = Pattern.compile("(?:[\\w'-]+\\.)*mapAttrs\\s");

  /** The call of one that is given the names. */
  private static final Pattern GENERATED = Pattern.compile("(?:[\\w'-]+\\.)*genAttrs\\s*\\[");

  private TextNames() {}

  /** Names of the inputs. */
  static Set<String> inputs(NixText flake) {
    var result = new TreeSet<String>();
    collect(flake, flake.bindings(), List.of("inputs"), result);
    return result;
  }

  /**
   * Names below a path of the outputs, wherever the files of the flake say them.
   *
   * @param path from the root of the flake, for example {@code nixosConfigurations}; {@code inputs}
   *     are the inputs
   */
  static Set<String> below(Scope scope, List<String> path) {
    var result = new TreeSet<String>();
    if (path.equals(List.of("inputs"))) {
      scope.flakeFile().ifPresent(flake -> result.addAll(inputs(flake)));
      return result;
    }
    for (var part : FlakeFiles.entry(scope)) {
      inside(part, path)
          .ifPresent(inner -> collect(part.text(), part.text().bindings(), inner, result));
    }
    return result;
  }

  /** A path of the outputs, as the bindings of a file say it; empty if none of them can. */
  static Optional<List<String>> inside(FlakeFiles.Part part, List<String> path) {
    boolean alone = part.around().isEmpty() && !part.file().equals(Path.of("flake.nix"));
    var whole = new ArrayList<String>();
    // What flake-parts calls the outputs.
    whole.add(alone ? "flake" : "outputs");
    whole.addAll(path);
    int outside = part.around().size();
    return whole.size() >= outside && whole.subList(0, outside).equals(part.around())
        ? Optional.of(whole.subList(outside, whole.size()))
        : Optional.empty();
  }

  /** Names below a path of any file, counted from its own root. */
  static Set<String> in(NixText file, List<String> path) {
    var result = new TreeSet<String>();
    collect(file, file.bindings(), path, result);
    return result;
  }

  /** Adds the first name of every binding that lies below a path. */
  private static void collect(
      NixText text, List<Binding> bindings, List<String> path, Collection<String> result) {
    for (var binding : bindings) {
      if (binding.local()) {
        continue;
      }
      int depth = common(binding.path(), path);
      if (depth == path.size() && binding.path().size() > depth) {
        if (binding.path().get(depth) instanceof AttrName.Static name && !name.name().isEmpty()) {
          result.add(name.name());
        }
      } else if (depth == binding.path().size()) {
        var rest = path.subList(depth, path.size());
        if (says(text, binding, !rest.isEmpty())) {
          collect(text, binding.children(), rest, result);
        } else {
          addResults(text, binding, result);
        }
      }
    }
  }

  /** Adds the names that a function of nixpkgs' library or of Nix is known to give its result. */
  private static void addResults(NixText text, Binding binding, Collection<String> result) {
    var value = value(text, binding);
    if (MAPPED.matcher(value).lookingAt()) {
      collect(text, text.outsideParentheses(binding), List.of(), result);
      return;
    }
    var generated = GENERATED.matcher(value);
    if (generated.lookingAt()) {
      int start = binding.end() - value.length();
      int close = value.indexOf(']');
      int end = close < 0 ? binding.end() : start + close;
      for (var name : text.strings(start + generated.end(), end)) {
        if (!name.isDynamic() && !name.text().isEmpty()) {
          result.add(name.text());
        }
      }
    }
  }

  /** Its value, without what stands before it. */
  private static String value(NixText text, Binding binding) {
    return text.text().substring(binding.valueStart(), binding.end()).stripLeading();
  }

  /**
   * Whether the bindings inside a value are its attributes. Those in the arguments of a function
   * need not be. Outputs are a function's result, and of what lies further down the names alone are
   * enough of a proof.
   */
  private static boolean says(NixText text, Binding binding, boolean furtherDown) {
    if (furtherDown || Paths.named(binding.path()).equals(List.of("outputs"))) {
      return true;
    }
    var value = value(text, binding);
    return value.startsWith("{") || value.startsWith("rec");
  }

  /** How many names of a binding's path and of the wanted one are the same, from the beginning. */
  static int common(List<AttrName> names, List<String> path) {
    int count = 0;
    while (count < names.size()
        && count < path.size()
        && names.get(count) instanceof AttrName.Static name
        && name.name().equals(path.get(count))) {
      count++;
    }
    return count;
  }
}
