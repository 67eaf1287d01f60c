package dev.muster.controller.state;

import dev.muster.controller.state.LifecycleEvent.RankFailed;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** The lines that people read about a job, each bounded whatever programs and agents said. */
final class Wording {

    private static final int MAX_LINE_LENGTH = 400;
    private static final int MAX_HOSTS_NAMED = 8;
    private static final int SIGNAL_EXIT_CODES_FROM = 128;

    private Wording() {}

    /** The text as one line of bounded length. */
    static String line(String text) {
        String flat = text.strip().replaceAll("\\s+", " ");
        if (flat.length() <= MAX_LINE_LENGTH) {
            return flat;
        }
        int end = MAX_LINE_LENGTH - 1;
        return flat.substring(0, Character.isHighSurrogate(flat.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /** {@code 10m}, {@code 1h30m}, {@code 0.5s}. */
    static String duration(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    static String because(String what, String details) {
        return line(details.isBlank() ? what : what + ": " + details);
    }

    /** Of the output of a failed rank the last line that says something: a stack trace ends with the error. */
    static String failure(RankFailed failed) {
        String what = "rank " + failed.rank() + " on " + failed.host() + " " + exit(failed.exitCode());
        return because(what, lastLine(failed.message()));
    }

    static String lastLine(String output) {
        return output.lines()
                .filter(line -> !line.isBlank())
                .reduce((earlier, later) -> later)
                .orElse("");
    }

    /** {@code n1, n2 and 3 more}. */
    static String hosts(SortedSet<String> hosts) {
        String named = hosts.stream().limit(MAX_HOSTS_NAMED).collect(Collectors.joining(", "));
        int more = hosts.size() - MAX_HOSTS_NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }

    private static String exit(int exitCode) {
        if (exitCode > SIGNAL_EXIT_CODES_FROM) {
            return "was ended by signal " + (exitCode - SIGNAL_EXIT_CODES_FROM);
        }
        return exitCode > 0 ? "exited with code " + exitCode : "could not be run";
    }

    /** {@code attempt 2 on n1, n3, n4 (was spare); spare n5}. */
    static String attempt(PlacementRecord next, Optional<PlacementRecord> last) {
        String spares = next.spares().isEmpty() ? "" : "; spare " + names(next.spares(), Optional.empty());
        return "attempt " + next.attempt() + " on " + names(next.hosts(), last) + spares;
    }

    /** Where the next attempt starts from, as far as the job ever said; begins with a comma. */
    static String resumption(Optional<Progress> progress) {
        return progress.map(known -> known.checkpoint() > 0
                        ? ", resumes from checkpoint " + known.checkpoint()
                        : ", starts over: no checkpoint is known")
                .orElse("");
    }

    /** {@code Finished}. */
    static String title(JobPhase phase) {
        return phase.name().charAt(0) + phase.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private static String names(List<HostAssignment> assignments, Optional<PlacementRecord> last) {
        String named = assignments.stream()
                .limit(MAX_HOSTS_NAMED)
                .map(HostAssignment::host)
                .map(host ->
                        last.filter(placement -> placement.hasSpare(host)).isPresent() ? host + " (was spare)" : host)
                .collect(Collectors.joining(", "));
        int more = assignments.size() - MAX_HOSTS_NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }
}
