package dev.arda.daemon.rpc;

import java.util.List;

/** Checks fields that may be repeated. */
final class RepeatedCheck {

  private RepeatedCheck() {}

  /** Notes what is wrong with texts of which there must be one or more. */
  static void texts(List<String> texts, String field, int most, RequestCheck check) {
    check.require(!texts.isEmpty(), field, "is empty");
    optionalTexts(texts, field, most, check);
  }

  /** Notes what is wrong with names of which there must be one or more, none of them empty. */
  static void names(List<String> names, String field, int most, RequestCheck check) {
    texts(names, field, most, check);
    for (int i = 0; i < names.size(); i++) {
      check.require(!names.get(i).isEmpty(), field + "[" + i + "]", "is empty");
    }
  }

  /** Notes what is wrong with texts of which there may be none. */
  static void optionalTexts(List<String> texts, String field, int most, RequestCheck check) {
    check.require(texts.size() <= most, field, "has more than %,d elements".formatted(most));
    for (int i = 0; i < texts.size(); i++) {
      check.text(texts.get(i), field + "[" + i + "]");
    }
  }
}
