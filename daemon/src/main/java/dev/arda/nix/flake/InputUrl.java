package dev.arda.nix.flake;

import com.fasterxml.jackson.databind.JsonNode;

/** Writes the attributes of a locked input as the flake reference a person would write. */
final class InputUrl {

  private InputUrl() {}

  /**
   * The reference.
   *
   * @param locked the attributes, as in a lock file
   */
  static String of(JsonNode locked) {
    String type = locked.path("type").asText("");
    String rev = locked.path("rev").asText("");
    String dir = locked.path("dir").asText("");
    String base =
        switch (type) {
          case "path" -> "path:" + locked.path("path").asText();
          case "github", "gitlab", "sourcehut" ->
              type
                  + ":"
                  + locked.path("owner").asText()
                  + "/"
                  + locked.path("repo").asText()
                  + (rev.isEmpty() ? "" : "/" + rev);
          case "git", "hg" -> type + "+" + locked.path("url").asText();
          case "indirect" -> "flake:" + locked.path("id").asText();
          default -> locked.path("url").asText(type);
        };
    String query = "";
    if (!rev.isEmpty() && (type.equals("git") || type.equals("hg"))) {
      query += "&rev=" + rev;
    }
    if (!dir.isEmpty()) {
      query += "&dir=" + dir;
    }
    if (query.isEmpty()) {
      return base;
    }
    return base + (base.indexOf('?') < 0 ? "?" : "&") + query.substring(1);
  }
}
