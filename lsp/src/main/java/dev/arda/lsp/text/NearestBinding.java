package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A place before a cursor, as near as the bindings of the text tell, from which can be read what is
 * around the cursor.
 *
 * @param around the bindings around the place, outermost first
 * @param from the place: the beginning of the innermost one's value, or the end of a binding in it;
 *     0 if there is none
 * @param sibling that binding
 */
record NearestBinding(List<Binding> around, int from, Optional<Binding> sibling) {

  /**
   * Finds it.
   *
   * @param bindings those of the whole text
   * @param before the tokens before the cursor
   * @param mark up to here these are the ones that the bindings were read from
   */
  static NearestBinding of(List<Binding> bindings, Tokens before, int mark) {
    var around = new ArrayList<Binding>();
    var level = bindings;
    while (true) {
      int index = lastBefore(level, mark);
      while (index >= 0 && !endsBefore(level.get(index), before, mark)) {
        var binding = level.get(index);
        if (!binding.inherited() && binding.valueStart() <= mark && mark < binding.end()) {
          break;
        }
        index--;
      }
      if (index < 0) {
        int from = around.isEmpty() ? 0 : around.getLast().valueStart();
        return new NearestBinding(around, from, Optional.empty());
      }
      var binding = level.get(index);
      if (endsBefore(binding, before, mark)) {
        return new NearestBinding(around, binding.end(), Optional.of(binding));
      }
      around.add(binding);
      level = binding.children();
    }
  }

  /** Whether a binding has its semicolon before a place. */
  private static boolean endsBefore(Binding binding, Tokens before, int mark) {
    if (binding.inherited() || binding.end() > mark) {
      return false;
    }
    int last = before.indexAt(binding.end() - 1);
    return before.is(last, TokenKind.SEMICOLON) && before.end(last) == binding.end();
  }

  private static int lastBefore(List<Binding> level, int mark) {
    int low = 0;
    int high = level.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (level.get(middle).start() < mark) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** What is around the end of the tokens; empty if that cannot be told from here. */
  Optional<Skeleton.Position> position(Tokens before) {
    return from == 0 ? Optional.empty() : Skeleton.at(before, around, from, sibling);
  }
}
