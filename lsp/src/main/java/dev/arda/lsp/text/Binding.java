package dev.arda.lsp.text;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One binding, {@code path = value;}, and those inside its value. An {@code inherit} is one binding
 * for each name. Immutable and thread-safe.
 *
 * <p>One that only moved, because something was written before it, is that one and a distance: what
 * is in it is moved when somebody looks.
 */
public final class Binding {

  private final List<AttrName> path;
  private final boolean local;
  private final boolean inherited;
  private final int valueStart;
  private final int end;
  private final List<Binding> children;

  /** How far the path and the children still have to be moved. */
  private final int distance;

  // Found when they are asked for; whoever finds them finds the same.
  private @Nullable List<AttrName> movedPath;
  private @Nullable List<Binding> movedChildren;

  /**
   * A binding.
   *
   * @param path the names on its left side; never empty
   * @param local whether it belongs to a {@code let}
   * @param inherited whether it is a name of an {@code inherit}
   * @param valueStart offset where its value begins, behind the {@code =}
   * @param end offset behind its semicolon, or where it ends without one
   * @param children bindings inside its value that are no further ones' children, in the order of
   *     the text
   */
  Binding(
      List<AttrName> path,
      boolean local,
      boolean inherited,
      int valueStart,
      int end,
      List<Binding> children) {
    this(List.copyOf(path), local, inherited, valueStart, end, List.copyOf(children), 0);
  }

  private Binding(
      List<AttrName> path,
      boolean local,
      boolean inherited,
      int valueStart,
      int end,
      List<Binding> children,
      int distance) {
    this.path = path;
    this.local = local;
    this.inherited = inherited;
    this.valueStart = valueStart;
    this.end = end;
    this.children = children;
    this.distance = distance;
  }

  /** The same in a text in which it stands elsewhere. */
  Binding movedBy(int further) {
    return further == 0
        ? this
        : new Binding(
            path,
            local,
            inherited,
            valueStart + further,
            end + further,
            children,
            distance + further);
  }

  /** The names on its left side; never empty. */
  public List<AttrName> path() {
    if (distance == 0) {
      return path;
    }
    var found = movedPath;
    if (found == null) {
      found = path.stream().map(name -> name.movedBy(distance)).toList();
      movedPath = found;
    }
    return found;
  }

  /** Whether it belongs to a {@code let}. */
  public boolean local() {
    return local;
  }

  /** Whether it is a name of an {@code inherit}. */
  public boolean inherited() {
    return inherited;
  }

  /** Offset of its first character. */
  public int start() {
    return path.getFirst().start() + distance;
  }

  /** Offset where its value begins, behind the {@code =}. */
  public int valueStart() {
    return valueStart;
  }

  /** Offset behind its semicolon, or where it ends without one. */
  public int end() {
    return end;
  }

  /** Bindings inside its value that are no further ones' children, in the order of the text. */
  public List<Binding> children() {
    if (distance == 0) {
      return children;
    }
    var found = movedChildren;
    if (found == null) {
      found = children.stream().map(child -> child.movedBy(distance)).toList();
      movedChildren = found;
    }
    return found;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Binding that
        && local == that.local
        && inherited == that.inherited
        && valueStart == that.valueStart
        && end == that.end
        && path().equals(that.path())
        && children().equals(that.children());
  }

  @Override
  public int hashCode() {
    return Objects.hash(local, inherited, valueStart, end, path());
  }

  @Override
  public String toString() {
    return "%s at %d to %d %s".formatted(path(), valueStart, end, children());
  }
}
