package dev.muster.scheduler.simulation;

import dev.muster.scheduler.document.NearestName;
import dev.muster.scheduler.document.Quoted;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a workload trace: comma-separated values, a header, one job a line. Only {@code job_id}, {@code submit_s}, {@code duration_s},
 * {@code gpus} and {@code queue} matter to the simulation. A value that is needed and missing or strange is refused with its line.
 */
public final class TraceReader {

    /** The columns of a trace; the header may leave out those that are not needed, and order them as it likes. */
    public static final List<String> COLUMNS = List.of(
            "job_id", "submit_s", "duration_s", "nodes_hint", "gpus", "cpus", "queue", "user", "state", "gpu_type");

    public static final int MAX_JOBS = 5_000_000;
    public static final int MAX_LINE_LENGTH = 4_096;

    /** Some 3,000 years. */
    private static final long MAX_SECONDS = 100_000_000_000L;

    private static final int MAX_ACCELERATORS = 1 << 24;
    private static final List<String> NEEDED = List.of("job_id", "submit_s", "duration_s", "gpus");

    private final Iterator<String> lines;
    private final Map<String, Integer> columns = new LinkedHashMap<>();
    private final Map<String, Long> lineOfId = new LinkedHashMap<>();
    private final List<TraceJob> jobs = new ArrayList<>();
    private String[] values = {};
    private long line;

    private TraceReader(Iterator<String> lines) {
        this.lines = lines;
    }

    /**
     * Reads all jobs, line by line.
     *
     * @return in the order of the file
     * @throws TraceException when a line is not as it should be
     */
    public static List<TraceJob> read(Iterator<String> lines) {
        return new TraceReader(lines).read();
    }

    private List<TraceJob> read() {
        if (!lines.hasNext()) {
            throw new TraceException(1, "the trace is empty; begin it with the header " + String.join(",", COLUMNS));
        }
        split();
        readHeader();
        while (lines.hasNext()) {
            split();
            if (values.length == 1 && values[0].isEmpty()) {
                continue;
            }
            jobs.add(job());
            if (jobs.size() > MAX_JOBS) {
                throw problem("is one job too many; a trace has at most " + MAX_JOBS);
            }
        }
        if (jobs.isEmpty()) {
            throw problem("the trace has a header and no jobs; add at least one");
        }
        return jobs;
    }

    private void split() {
        line++;
        String text = lines.next();
        if (text.length() > MAX_LINE_LENGTH) {
            throw problem("has more than " + MAX_LINE_LENGTH + " characters; is this a trace, one job a line?");
        }
        String bare = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        if (bare.indexOf('"') >= 0) {
            throw problem("has a quotation mark: " + Quoted.bare(bare) + "; write values without quotes or commas");
        }
        values = bare.split(",", -1);
    }

    private void readHeader() {
        for (int column = 0; column < values.length; column++) {
            String name = values[column].strip();
            if (!COLUMNS.contains(name)) {
                String hint = NearestName.of(name, COLUMNS)
                        .map(nearest -> "did you mean " + nearest + "?")
                        .orElse("the header is " + String.join(",", COLUMNS));
                throw problem("has the column " + Quoted.text(name) + "; " + hint);
            }
            if (columns.putIfAbsent(name, column) != null) {
                throw problem("has the column " + name + " twice; name each once");
            }
        }
        for (String needed : NEEDED) {
            if (!columns.containsKey(needed)) {
                throw problem("lacks the column " + needed + "; the header is " + String.join(",", COLUMNS));
            }
        }
    }

    private TraceJob job() {
        if (values.length != columns.size()) {
            throw problem("has " + values.length + " values; the header names " + columns.size() + " columns");
        }
        String id = value("job_id");
        if (id.isEmpty()) {
            throw problem("has no job_id; give each job its own");
        }
        Long earlier = lineOfId.putIfAbsent(id, line);
        if (earlier != null) {
            throw problem("job_id is " + Quoted.text(id) + ", as on line " + earlier + "; give each job its own");
        }
        long submit = number("submit_s", 0, MAX_SECONDS);
        long duration = Math.max(1, number("duration_s", 0, MAX_SECONDS));
        int accelerators = (int) number("gpus", 1, MAX_ACCELERATORS);
        return new TraceJob(line, id, submit, duration, accelerators, value("queue"));
    }

    private String value(String column) {
        Integer at = columns.get(column);
        return at == null ? "" : values[at].strip();
    }

    private long number(String column, long least, long most) {
        String text = value(column);
        if (text.isEmpty()) {
            throw problem(column + " is empty; give a whole number from " + least + " to " + most);
        }
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException strange) {
            throw problem(column + " is " + Quoted.text(text) + "; give a whole number from " + least + " to " + most);
        }
        if (number < least || number > most) {
            throw problem(column + " is " + text + "; give a whole number from " + least + " to " + most);
        }
        return number;
    }

    private TraceException problem(String what) {
        return new TraceException(line, what);
    }
}
