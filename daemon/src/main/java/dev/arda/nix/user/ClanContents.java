package dev.arda.nix.user;

import com.fasterxml.jackson.databind.JsonNode;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.UserDefinition.Contents;
import java.util.ArrayList;
import java.util.List;

/**
 * What entries of {@code clan.core.users} declare (the seed, section 15.7): names, and none of what
 * they name is evaluated but what packages are called. What is given by a function of {@code pkgs}
 * is not told.
 *
 * @param flakes say so
 * @param question who asks
 */
record ClanContents(Flakes flakes, UserQuestion question) {

  /** What has names of its own. */
  private static final List<String> SETS = List.of("programs", "dotfiles", "devShells");

  /**
   * The same entries with what they declare, or with why that cannot be told.
   *
   * @throws NixException if nothing can be said of all of them
   */
  List<UserDefinition> describe(List<UserDefinition> entries, ProgressListener progress) {
    var sets = new ArrayList<Selector>();
    var selectors = new ArrayList<String>();
    for (var one : entries) {
      var entry = Selector.path(one.path().toArray(String[]::new));
      SETS.forEach(name -> sets.add(entry.plus(new Step.Name(name))));
      selectors.add(
          entry
              .plus(new Step.Maybe("packages"))
              .plus(new Step.All())
              .plus(HomeContents.optional("pname", "name"))
              .toString());
      selectors.add(entry.plus(new Step.Maybe("secrets")).toString());
    }
    var places = flakes.names(question.context(), question.flake(), sets, progress).places();
    var answers = Selected.ask(flakes, question.context(), question.flake(), selectors, progress);
    var result = new ArrayList<UserDefinition>();
    for (int i = 0; i < entries.size(); i++) {
      int set = i * SETS.size();
      try {
        result.add(
            entries
                .get(i)
                .with(
                    new Contents(
                        packages(answers, 2 * i),
                        Users.names(places.get(set)),
                        Users.names(places.get(set + 1)),
                        secrets(answers, 2 * i + 1),
                        Users.names(places.get(set + 2)))));
      } catch (NixException e) {
        if (e.reason() == Reason.CANCELLED) {
          throw e;
        }
        result.add(entries.get(i).with(e));
      }
    }
    return result;
  }

  private static List<String> packages(Selected answers, int index) {
    JsonNode said;
    try {
      said = answers.value(index).path("packages");
    } catch (NixException e) {
      if (e.reason() != Reason.WRONG_TYPE) {
        throw e;
      }
      return List.of();
    }
    var result = new ArrayList<String>();
    for (var one : said) {
      var name = HomeContents.text(one, "pname");
      result.add(name.isEmpty() ? HomeContents.text(one, "name") : name);
    }
    return result.stream().filter(name -> !name.isEmpty()).toList();
  }

  private static String secrets(Selected answers, int index) {
    return HomeContents.withoutStore(HomeContents.text(answers.value(index), "secrets"));
  }
}
