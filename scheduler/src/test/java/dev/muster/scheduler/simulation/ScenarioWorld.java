package dev.muster.scheduler.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the text of a scenario says, indexed for judging; read without the code that is judged. */
final class ScenarioWorld {

    /** A time in which something held for a host: from inclusive, to exclusive. */
    record Interval(long from, long to) {
        boolean holds(long moment) {
            return from <= moment && moment < to;
        }
    }

    /** A pod or rank and its host. */
    record Spot(int rank, String host) {}

    private static final long ALWAYS = Long.MIN_VALUE;
    private static final long FOR_EVER = Long.MAX_VALUE;

    final Value scenario;
    final List<String> levels;
    final List<String> levelsAndHost;
    final Map<String, Value> hosts = new LinkedHashMap<>();
    final Map<String, JudgedJob> jobs = new LinkedHashMap<>();
    final Map<String, Long> submittedAt = new LinkedHashMap<>();
    final List<Value> events;
    final long until;
    private final Map<String, List<Interval>> down = new LinkedHashMap<>();
    private final Map<String, List<Interval>> cordoned = new LinkedHashMap<>();

    ScenarioWorld(Value scenario) {
        this.scenario = scenario;
        this.levels = scenario.get("levels").texts();
        this.levelsAndHost = new ArrayList<>(levels);
        levelsAndHost.add("host");
        this.until = scenario.get("until").numberOr(0);
        scenario.get("hosts").items().forEach(host -> hosts.put(host.get("name").text(), host));
        for (Value running : scenario.get("running").items()) {
            jobs.put(running.get("job").text(), new JudgedJob(running, true));
        }
        for (Value event : scenario.get("events").items()) {
            Value submit = event.get("submit");
            if (submit.isPresent()) {
                String name = submit.get("job").text();
                jobs.put(name, new JudgedJob(submit, false));
                submittedAt.put(name, event.get("at").number());
            }
        }
        this.events = scenario.get("events").items().stream()
                .filter(event -> event.get("at").number() <= until)
                .sorted(Comparator.<Value>comparingLong(event -> event.get("at").number())
                        .thenComparingInt(ScenarioWorld::turn))
                .toList();
        fillIntervals();
    }

    private static int turn(Value event) {
        if (event.get("finish").isPresent() || event.get("cancel").isPresent()) {
            return 0;
        }
        return event.get("submit").isPresent() ? 2 : 1;
    }

    private void fillIntervals() {
        hosts.forEach((name, host) -> {
            down.put(name, new ArrayList<>());
            cordoned.put(name, new ArrayList<>());
            if (!host.get("schedulable").truthOr(true)) {
                intervals(cordoned, name).add(new Interval(ALWAYS, FOR_EVER));
            }
        });
        for (Value event : events) {
            long at = event.get("at").number();
            event.get("hostDown").textIfAny().ifPresent(host -> open(intervals(down, host), at));
            event.get("hostUp").textIfAny().ifPresent(host -> close(intervals(down, host), at));
            event.get("cordon").textIfAny().ifPresent(host -> open(intervals(cordoned, host), at));
            event.get("uncordon").textIfAny().ifPresent(host -> close(intervals(cordoned, host), at));
        }
    }

    private static List<Interval> intervals(Map<String, List<Interval>> table, String host) {
        return Optional.ofNullable(table.get(host)).orElseThrow(() -> new BrokenRule("there is no host " + host));
    }

    private static boolean isOpen(List<Interval> intervals) {
        return !intervals.isEmpty() && intervals.get(intervals.size() - 1).to() == FOR_EVER;
    }

    private static void open(List<Interval> intervals, long at) {
        if (!isOpen(intervals)) {
            intervals.add(new Interval(at, FOR_EVER));
        }
    }

    private static void close(List<Interval> intervals, long at) {
        if (isOpen(intervals)) {
            int last = intervals.size() - 1;
            intervals.set(last, new Interval(intervals.get(last).from(), at));
        }
    }

    JudgedJob job(String name) {
        return Optional.ofNullable(jobs.get(name)).orElseThrow(() -> new BrokenRule("there is no job " + name));
    }

    Value host(String name) {
        return Optional.ofNullable(hosts.get(name)).orElseThrow(() -> new BrokenRule("there is no host " + name));
    }

    boolean wasDown(String host, long moment) {
        return intervals(down, host).stream().anyMatch(interval -> interval.holds(moment));
    }

    /** Whether a host was ever down by a moment. */
    boolean failedBy(String host, long moment) {
        return down.getOrDefault(host, List.of()).stream().anyMatch(interval -> interval.from() <= moment);
    }

    boolean everFailed(String host) {
        return !intervals(down, host).isEmpty();
    }

    boolean isDown(String host) {
        return wasDown(host, until);
    }

    boolean wasCordoned(String host, long moment) {
        return intervals(cordoned, host).stream().anyMatch(interval -> interval.holds(moment));
    }

    boolean isCordoned(String host) {
        return wasCordoned(host, until);
    }

    long cordonedSince(String host) {
        List<Interval> intervals = intervals(cordoned, host);
        return intervals.get(intervals.size() - 1).from();
    }

    /** The domain of a level in which a host lies. */
    String domain(String host, String level) {
        if (level.equals("host")) {
            return host;
        }
        int depth = levels.indexOf(level);
        BrokenRule.need(depth >= 0, "there is no level " + level);
        return String.join("/", host(host).get("path").texts().subList(0, depth + 1));
    }

    Set<String> domains(String level) {
        Set<String> domains = new LinkedHashSet<>();
        hosts.keySet().forEach(host -> domains.add(domain(host, level)));
        return domains;
    }

    /** A host may be written with the path before its name. */
    static String plain(String level, String domain) {
        return level.equals("host") ? domain.substring(domain.lastIndexOf('/') + 1) : domain;
    }

    boolean hasLabels(String host, Map<String, Value> wanted) {
        Value labels = host(host).get("labels");
        return wanted.entrySet().stream()
                .allMatch(label -> labels.get(label.getKey())
                        .textIfAny()
                        .equals(Optional.of(label.getValue().text())));
    }
}
