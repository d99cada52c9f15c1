package dev.arda.nix.core;

import java.util.List;

/**
 * One event of Nix's {@code --log-format internal-json} ({@code JSONLogger} in Nix's {@code
 * logging.cc}). Texts may hold colour codes.
 */
public sealed interface NixLogEvent {

  /**
   * Something begins.
   *
   * @param id names it until it stops
   * @param parent what it is a part of; 0: nothing, or a Nix too old to say
   * @param level 0 error, 1 warning, 2 notice, 3 information, 4 talkative, 5 chatty, 6 debug, 7
   *     everything
   * @param type the kind of activity
   * @param text for a person; often empty
   * @param fields depend on the kind
   */
  record Start(long id, long parent, int level, ActivityType type, String text, List<String> fields)
      implements NixLogEvent {
    /** Copies the list. */
    public Start {
      fields = List.copyOf(fields);
    }
  }

  /**
   * An activity ends.
   *
   * @param id which one
   */
  record Stop(long id) implements NixLogEvent {}

  /**
   * News of an activity.
   *
   * @param id which one
   * @param type what kind of news
   * @param fields depend on the kind; numbers are in decimal
   */
  record Result(long id, ResultType type, List<String> fields) implements NixLogEvent {
    /** Copies the list. */
    public Result {
      fields = List.copyOf(fields);
    }

    /** The field as a number; 0 if there is none. */
    public long number(int index) {
      try {
        return index < fields.size() ? Long.parseLong(fields.get(index)) : 0;
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }

  /**
   * A line for a person, or several.
   *
   * @param level as in {@link Start}
   * @param text as Nix would print it
   * @param report whether it is an error (at level 0) or a warning (at level 1) that Nix reports;
   *     what {@code builtins.trace} prints has level 0 too, and is neither
   */
  record Message(int level, String text, boolean report) implements NixLogEvent {}

  /** Kinds of activities. */
  enum ActivityType {
    /** Described by its text only. */
    UNKNOWN(0),
    /** Fields: path, from, to. */
    COPY_PATH(100),
    /** Fields: URL. */
    FILE_TRANSFER(101),
    /** All that is to be built and fetched. */
    REALISE(102),
    /** Copying of several paths. */
    COPY_PATHS(103),
    /** All builds. */
    BUILDS(104),
    /** Fields: derivation, machine (empty: here), round, rounds. */
    BUILD(105),
    /** Replacing equal files by links. */
    OPTIMISE_STORE(106),
    /** Checking the store. */
    VERIFY_PATHS(107),
    /** Fields: path, store. */
    SUBSTITUTE(108),
    /** Fields: path, store. */
    QUERY_PATH_INFO(109),
    /** Fields: derivation. */
    POST_BUILD_HOOK(110),
    /** Waiting for a lock or a machine. */
    BUILD_WAITING(111),
    /** Fetching a source tree. */
    FETCH_TREE(112),
    /** Of a kind that arda does not know. */
    OTHER(-1);

    private final int code;

    ActivityType(int code) {
      this.code = code;
    }

    /** The number that Nix knows it by. */
    public int code() {
      return code;
    }

    static ActivityType of(int code) {
      for (var type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      return OTHER;
    }
  }

  /** Kinds of news. */
  enum ResultType {
    /** Fields: bytes saved. */
    FILE_LINKED(100),
    /** Fields: a line that a builder printed. */
    BUILD_LOG_LINE(101),
    /** Fields: path. */
    UNTRUSTED_PATH(102),
    /** Fields: path. */
    CORRUPTED_PATH(103),
    /** Fields: the phase a build is in. */
    SET_PHASE(104),
    /** Fields: done, expected, running, failed. */
    PROGRESS(105),
    /** Fields: kind of activity, how many are expected. */
    SET_EXPECTED(106),
    /** Fields: a line that a hook printed. */
    POST_BUILD_LOG_LINE(107),
    /** Fields: text. */
    FETCH_STATUS(108),
    /** Of a kind that arda does not know. */
    OTHER(-1);

    private final int code;

    ResultType(int code) {
      this.code = code;
    }

    static ResultType of(int code) {
      for (var type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      return OTHER;
    }
  }
}
