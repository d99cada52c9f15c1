package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bindings of a text after an edit, from those before it: the innermost binding around the edit
 * that still ends where it did is read anew, and what stands behind it is moved.
 */
final class EditedBindings {

  private final Tokens tokens;
  private final Edit edit;

  /** From here on the tokens are those that were there before; an offset into the old text. */
  private final int same;

  private EditedBindings(Tokens tokens, Edit edit, int same) {
    this.tokens = tokens;
    this.edit = edit;
    this.same = same;
  }

  /**
   * Finds them.
   *
   * @param bindings those before the edit
   * @param before the tokens before the edit
   * @param after those after it, found by the same rule
   * @return empty if no binding is around the edit that still ends where it did
   */
  static Optional<List<Binding>> of(
      List<Binding> bindings, Tokens before, Tokens after, Edit edit) {
    int count = before.sameAtEnd(after, -edit.distance());
    int same = count == before.size() ? 0 : before.end(before.size() - 1 - count);
    return new EditedBindings(after, edit, Math.max(same, edit.end())).among(bindings, 0);
  }

  private Optional<List<Binding>> among(List<Binding> level, int depth) {
    int index = around(level);
    if (index < 0) {
      return Optional.empty();
    }
    var binding = level.get(index);
    var inside =
        among(binding.children(), depth + 1)
            .map(children ->
                new Binding(
                    binding.path(),
                    binding.local(),
                    binding.inherited(),
                    binding.valueStart(),
                    binding.end() + edit.distance(),
                    children));
    return inside
        .or(() -> Skeleton.again(tokens, binding, binding.end() + edit.distance(), depth))
        .map(changed -> with(level, index, changed));
  }

  /** Index of the binding that the edit is inside of, with all that it has done to the tokens. */
  private int around(List<Binding> level) {
    int low = 0;
    int high = level.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (level.get(middle).end() <= edit.end()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == level.size()) {
      return -1;
    }
    var binding = level.get(low);
    return !binding.inherited()
            && binding.valueStart() < edit.start()
            && edit.end() < binding.end()
            && same <= binding.end()
        ? low
        : -1;
  }

  private List<Binding> with(List<Binding> level, int index, Binding changed) {
    var result = new ArrayList<Binding>(level.size());
    result.addAll(level.subList(0, index));
    result.add(changed);
    for (var behind : level.subList(index + 1, level.size())) {
      result.add(behind.movedBy(edit.distance()));
    }
    return result;
  }
}
