package dev.arda.daemon.metrics;

/**
 * Every figure that is told, with its name. The names are an interface: dashboards and alarms use
 * them. A name is never used for something else. They follow the conventions of Prometheus: base
 * units, counters end in {@code _total}.
 */
enum Metric {
  UPTIME("arda_uptime_seconds", Kind.GAUGE, "Time since the process was started."),
  INFO("arda_version", Kind.GAUGE, "Always 1; the label `version` is the version of arda."),
  HEAP_USED("arda_heap_used_bytes", Kind.GAUGE, "Memory in use by the daemon's heap."),
  HEAP_MAX("arda_heap_max_bytes", Kind.GAUGE, "Memory that the daemon's heap may take."),
  RESIDENT(
      "arda_process_resident_bytes",
      Kind.GAUGE,
      "Resident memory of the daemon's process, without evaluators; 0 where the system does not say."),

  CACHE_HITS(
      "arda_cache_hits_total", Kind.COUNTER, "Selectors that were answered from what was learnt."),
  CACHE_MISSES("arda_cache_misses_total", Kind.COUNTER, "Selectors that were not."),
  CACHE_EVICTIONS(
      "arda_cache_evictions_total",
      Kind.COUNTER,
      "States of flakes that had to go from memory for others, or since nobody asked them."),
  CACHE_OVERSIZED(
      "arda_cache_oversized_total", Kind.COUNTER, "Answers and states too large to be kept."),
  CACHE_CONTRADICTIONS(
      "arda_cache_contradictions_total",
      Kind.COUNTER,
      "Answers that contradicted earlier ones, whereupon both were forgotten. More than 0 is a fault"
          + " in arda or in Nix."),
  CACHE_STATES("arda_cache_states", Kind.GAUGE, "States of flakes of which something is kept."),
  CACHE_BYTES("arda_cache_bytes", Kind.GAUGE, "Memory that they take, about."),
  CACHE_MAX_BYTES("arda_cache_max_bytes", Kind.GAUGE, "Memory that they may take."),

  DISK_LOADS(
      "arda_disk_load_seconds", Kind.HISTOGRAM, "States of flakes read from disk, and how long."),
  DISK_ABSENT(
      "arda_disk_absent_total", Kind.COUNTER, "States looked for on disk that were not there."),
  DISK_DAMAGED(
      "arda_disk_damaged_total", Kind.COUNTER, "Files removed since they could not be used."),
  DISK_SAVES(
      "arda_disk_save_seconds", Kind.HISTOGRAM, "States of flakes written to disk, and how long."),
  DISK_FAILURES("arda_disk_failures_total", Kind.COUNTER, "States that could not be written."),

  FLIGHTS_STARTED(
      "arda_flights_started_total", Kind.COUNTER, "Selectors whose evaluation was begun."),
  FLIGHTS_JOINED(
      "arda_flights_joined_total",
      Kind.COUNTER,
      "Times a caller shared an evaluation that another one had begun."),
  FLIGHTS_LEFT(
      "arda_flights_left_total",
      Kind.COUNTER,
      "Times a caller gave up before the answer was there."),
  FLIGHTS_ABANDONED(
      "arda_flights_abandoned_total",
      Kind.COUNTER,
      "Evaluations that were stopped since the last caller had left."),
  FLIGHTS_FLYING("arda_flights_flying", Kind.GAUGE, "Selectors that are being evaluated."),

  EVALUATORS_RUNNING(
      "arda_evaluators_running", Kind.GAUGE, "Warm evaluators that live, also while they start."),
  EVALUATORS_MAX("arda_evaluators_max", Kind.GAUGE, "Warm evaluators that may live."),
  EVALUATORS_BUSY("arda_evaluators_busy", Kind.GAUGE, "Warm evaluators that are answering."),
  EVALUATORS_WAITING(
      "arda_evaluators_waiting", Kind.GAUGE, "Questions that wait for a warm evaluator."),
  EVALUATORS_RESIDENT(
      "arda_evaluators_resident_bytes",
      Kind.GAUGE,
      "Resident memory of all warm evaluators, when each was last looked at."),
  EVALUATORS_MAX_RESIDENT(
      "arda_evaluators_max_resident_bytes",
      Kind.GAUGE,
      "Resident memory above which idle ones are ended."),
  EVALUATORS_STARTED(
      "arda_evaluators_started_total", Kind.COUNTER, "Warm evaluators that became ready."),
  EVALUATORS_FAILED(
      "arda_evaluators_failed_starts_total", Kind.COUNTER, "Warm evaluators that did not."),
  EVALUATORS_REUSED(
      "arda_evaluators_reused_total",
      Kind.COUNTER,
      "Questions that found an evaluator which knew the state already."),
  EVALUATORS_RETIRED(
      "arda_evaluators_retired_total",
      Kind.COUNTER,
      "Warm evaluators that were ended, by `reason`: idle, memory, room (another was needed), lost (the"
          + " process ended), failure (it remembered one that may pass), killed (it went on after"
          + " everybody had left), forgotten (its state is over), used_up."),
  QUESTIONS(
      "arda_evaluator_question_seconds",
      Kind.HISTOGRAM,
      "Time to answer a question, by `kind`: warm, or one_shot (a new process, which may answer several"
          + " questions)."),
  SLOW(
      "arda_slow_evaluations_total",
      Kind.COUNTER,
      "Evaluations that took as long as ARDA_SLOW_EVALUATION says, and were logged."),

  STATES_OBSERVED("arda_states_observed", Kind.GAUGE, "Flakes whose sources are observed."),
  STATES_REMEMBERED(
      "arda_states_remembered_total", Kind.COUNTER, "Questions whose flake had not changed."),
  STATES_ASKED(
      "arda_states_asked_seconds",
      Kind.HISTOGRAM,
      "Times Nix was asked for the state of a flake, and how long it took."),

  BARRIERS(
      "arda_barrier_seconds",
      Kind.HISTOGRAM,
      "Time to make sure that no change of a source is missed, at each question."),
  BARRIER_STORMS(
      "arda_barrier_escapes_total",
      Kind.COUNTER,
      "Barriers that went over to scanning, by `reason`: storm (events did not end), late (the cookie was"
          + " not seen in time)."),
  WATCH_EVENTS("arda_watch_events_total", Kind.COUNTER, "Events of file systems looked at."),
  WATCH_OVERFLOWS(
      "arda_watch_overflows_total", Kind.COUNTER, "Directories that lost events to an overflow."),
  WATCH_LOSSES(
      "arda_watch_losses_total", Kind.COUNTER, "Times a source lost its watches, for any reason."),
  WATCH_ESTABLISHED(
      "arda_watch_established_total", Kind.COUNTER, "Times a source got its watches."),
  WATCH_DIRECTORIES(
      "arda_watch_directories",
      Kind.GAUGE,
      "Directories that are watched, shared ones counted once."),
  SCANS("arda_scan_seconds", Kind.HISTOGRAM, "Scans of sources, and how long they took."),
  SCANNED(
      "arda_scan_entries_total",
      Kind.COUNTER,
      "Files, links and directories that scans looked at."),

  RPCS_STARTED("arda_rpc_started_total", Kind.COUNTER, "Calls that were begun, by `method`."),
  RPCS_OPEN("arda_rpc_open", Kind.GAUGE, "Calls that are open, by `method`."),
  RPCS(
      "arda_rpc_seconds",
      Kind.HISTOGRAM,
      "Calls that ended, from the first byte to the last, by `method`."),
  RPC_OUTCOMES(
      "arda_rpc_outcomes_total",
      Kind.COUNTER,
      "Calls that ended, by `method` and `outcome`: OK, a reason of docs/api.md, or a gRPC code.");

  /** What a figure is. */
  enum Kind {
    /** Goes up and down. */
    GAUGE,
    /** Only goes up, from 0 at the start of the daemon. */
    COUNTER,
    /** How long something took each time: {@code _count}, {@code _sum} and {@code _bucket}. */
    HISTOGRAM
  }

  private final String text;
  private final Kind kind;
  private final String help;

  Metric(String text, Kind kind, String help) {
    this.text = text;
    this.kind = kind;
    this.help = help;
  }

  /** Its name, as Prometheus has it. */
  String text() {
    return text;
  }

  /** What it is. */
  Kind kind() {
    return kind;
  }

  /** What it means. */
  String help() {
    return help;
  }
}
