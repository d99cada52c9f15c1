package dev.arda.lsp.feature;

import java.util.List;
import java.util.Optional;

/**
 * What is known of a flake's values. Answers within a short time, with what is known by then; safe
 * for many threads.
 */
public interface FlakeView {

  /** Knows nothing, and will not: a flake that is not trusted, a file that belongs to none. */
  FlakeView NOTHING =
      new FlakeView() {
        @Override
        public Names names(String prefix, Haste haste) {
          return Names.UNKNOWN;
        }

        @Override
        public Optional<Description> describe(String selector, Haste haste) {
          return Optional.empty();
        }

        @Override
        public Names listed(Listed what, Haste haste) {
          return Names.UNKNOWN;
        }
      };

  /** How long an answer may take. */
  enum Haste {
    /** As long as it takes to know, within reason. */
    NONE,
    /** Somebody types, and has nothing to look at before something is known. */
    LITTLE,
    /** Somebody types: what was so a moment ago will do. */
    SOME,
    /** The same, and there is something else to show. */
    GREAT
  }

  /** What a flake has a list of, wherever it defines them. */
  enum Listed {
    /** Machines. */
    HOSTS,
    /** People, without the hosts that their environments are for. */
    USERS,
    /** Groups of machines. */
    TAGS
  }

  /**
   * Names that can follow.
   *
   * @param prefix an unfinished selector (docs/selectors.md) that ends where a name is to begin,
   *     for example {@code nixosConfigurations.}; empty: the outputs of the flake
   */
  Names names(String prefix, Haste haste);

  /** The same for whoever has time. */
  default Names names(String prefix) {
    return names(prefix, Haste.NONE);
  }

  /** Names of hosts, users or tags; {@link Freshness#UNKNOWN} where the flake has no such list. */
  Names listed(Listed what, Haste haste);

  /**
   * What a selector finds.
   *
   * @return empty if nothing is known yet
   */
  Optional<Description> describe(String selector, Haste haste);

  /** The same for whoever has time. */
  default Optional<Description> describe(String selector) {
    return describe(selector, Haste.NONE);
  }

  /**
   * The same of several selectors, in their order. Takes no longer than one of them, whoever has
   * time.
   */
  default List<Optional<Description>> describe(List<String> selectors) {
    return selectors.stream().map(this::describe).toList();
  }

  /** How far what is known can be relied upon. */
  enum Freshness {
    /** It is so in the flake as it is saved. */
    CURRENT,
    /** It was so in an earlier state; of the present one it is not known yet, or it is broken. */
    EARLIER,
    /** Nothing is known. */
    UNKNOWN
  }

  /**
   * Names of attributes.
   *
   * @param names in bytewise order
   * @param freshness how far they can be relied upon
   * @param complete whether there are no others, and none will be known in a moment
   */
  record Names(List<Name> names, Freshness freshness, boolean complete) {

    /** Nothing is known, and nothing will be. */
    public static final Names UNKNOWN = new Names(List.of(), Freshness.UNKNOWN, true);

    /** Copies the list. */
    public Names {
      names = List.copyOf(names);
    }

    /** Whether there is one of that name. */
    public boolean has(String name) {
      return names.stream().anyMatch(one -> one.name().equals(name));
    }
  }

  /**
   * A name.
   *
   * @param name the attribute's name
   * @param detail what it is, in a word or two; may be empty
   * @param selector selects its value; empty: its place says which that is, or it has none
   */
  record Name(String name, String detail, String selector) {
    /** An attribute of which nothing else is known. */
    public static Name of(String name) {
      return new Name(name, "", "");
    }
  }

  /**
   * What is known of a value.
   *
   * @param markdown for a person
   * @param value a number, string or the like as Nix writes it; empty if it is something else, or
   *     is not to be shown
   * @param failure what went wrong in its evaluation
   * @param position where it is defined
   * @param settled whether this is of the flake as it is saved, and nothing else will be known of
   *     that in a moment
   */
  record Description(
      String markdown,
      String value,
      Optional<Failure> failure,
      Optional<Position> position,
      boolean settled) {

    /** Says of what is shown that it need not be so any more. */
    public static final String EARLIER = "*of an earlier state of the flake*";

    /** The same, of a state of the flake that may be over. */
    public Description earlier() {
      var shown = markdown.contains(EARLIER) ? markdown : EARLIER + "\n\n" + markdown;
      return new Description(shown, value, failure, position, false);
    }
  }

  /**
   * A failed evaluation.
   *
   * @param message in Nix's words
   * @param position where, if that is known
   * @param missing whether it failed since there is no attribute of that name
   * @param candidates names that may be meant instead, nearest first
   * @param untracked the file that it needs and git does not track, so that Nix does not see it
   */
  record Failure(
      String message,
      Optional<Position> position,
      boolean missing,
      List<String> candidates,
      Optional<String> untracked) {
    /** Copies the list. */
    public Failure {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * A place in a file.
   *
   * @param file its path; of a file of the flake, that in the working tree
   * @param line from 1
   * @param column from 1, in bytes of UTF-8
   */
  record Position(String file, int line, int column) {}
}
