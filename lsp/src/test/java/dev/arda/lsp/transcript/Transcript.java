package dev.arda.lsp.transcript;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page: prose, and blocks whose first word says what is done.
 *
 * <ul>
 *   <li>{@code nix FILE}: the file is written, and opened in the editor. {@code ¦1}, {@code ¦2}
 *       mark places; they are not part of the text.
 *   <li>{@code saved FILE}: the file is written.
 *   <li>{@code unsaved FILE}: the open document changes, its file does not.
 *   <li>{@code completes FILE ¦1}: what completion offers there: {@code name | what it is | the
 *       line with it inserted}. A first line {@code incomplete} says that there may be more.
 *   <li>{@code hovers FILE ¦1}: what is shown there, and of which words.
 *   <li>{@code answers METHOD FILE ¦1 MORE}: the result of a request holds this JSON; {@code MORE}
 *       are further members of its parameters.
 *   <li>{@code diagnoses FILE}: the faults that are shown in it: {@code line:column words |
 *       message}.
 *   <li>{@code arda ARGUMENTS}: the command is run in the flake.
 *   <li>{@code replies METHOD}: what the editor answers to requests of the server.
 *   <li>{@code tells METHOD}: the server says this JSON.
 * </ul>
 */
record Transcript(Path file, List<Block> blocks) {

  /** One block. */
  record Block(int line, String kind, List<String> words, String body) {}

  static Transcript read(Path file) {
    try {
      var lines = Files.readAllLines(file);
      var blocks = new ArrayList<Block>();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).startsWith("```")) {
          var words = List.of(lines.get(i).substring(3).strip().split(" "));
          int begin = i;
          var body = new StringBuilder();
          for (i++; !lines.get(i).equals("```"); i++) {
            body.append(lines.get(i)).append('\n');
          }
          blocks.add(
              new Block(
                  begin + 1, words.getFirst(), words.subList(1, words.size()), body.toString()));
        }
      }
      return new Transcript(file, blocks);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file, e);
    }
  }

  /** The pages of a folder. */
  static List<Path> pages(String folder) {
    try (var files = Files.list(Path.of("src/test/resources/transcripts", folder))) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalArgumentException(folder, e);
    }
  }
}
