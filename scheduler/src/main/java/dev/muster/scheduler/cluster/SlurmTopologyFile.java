package dev.muster.scheduler.cluster;

import dev.muster.scheduler.document.NearestName;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.job.Names;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Reads Slurm's {@code topology.conf}: a tree of switches ({@code SwitchName=s1 Nodes=n[1-8]}, {@code SwitchName=top Switches=s[1-4]}),
 * or blocks ({@code BlockName=b1 Nodes=n[1-18]}). Names may be hostlists: {@code n[01-08,12]}.
 *
 * <p>Levels get names by how far they are from the hosts: {@code leaf}, {@code spine}, {@code core}, then {@code tier4} and so on;
 * blocks are {@code block}. Where one leaf has more switches above it than another, the missing ones are made up with the name of the
 * switch below. Link speeds and block sizes do not matter here and are passed over. A word that Slurm does not know, a name that a
 * cluster file could not have, or a switch with nothing under it is refused.
 */
public final class SlurmTopologyFile {

    private static final List<String> TIERS = List.of("leaf", "spine", "core");
    private static final List<String> WORDS =
            List.of("SwitchName", "BlockName", "Nodes", "Switches", "LinkSpeed", "BlockSizes");
    private static final int MAX_LINE_LENGTH = 1 << 20;
    private static final int MAX_PROBLEMS = 100;

    /** A switch or block, as its line says. */
    private record Entry(String name, boolean block, List<String> nodes, List<String> switches, int line) {}

    private final List<Violation> problems = new ArrayList<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> parents = new TreeMap<>();
    private final Map<String, String> hosts = new LinkedHashMap<>();
    private final int acceleratorsPerHost;

    private SlurmTopologyFile(int acceleratorsPerHost) {
        this.acceleratorsPerHost = acceleratorsPerHost;
    }

    /** A cluster of the hosts that the file names, each with so many accelerators. */
    public static Reading<ClusterSpec> read(String text, int acceleratorsPerHost) {
        return new SlurmTopologyFile(acceleratorsPerHost).read(text);
    }

    private Reading<ClusterSpec> read(String text) {
        lines(text);
        entries.values().forEach(this::link);
        if (problems.isEmpty()) {
            entries.values().forEach(this::checkPlace);
        }
        if (entries.isEmpty() && problems.isEmpty()) {
            problem(1, "names no switch and no block; a line such as SwitchName=s1 Nodes=n[1-8] is needed");
        }
        return problems.isEmpty() ? Reading.sound(cluster()) : Reading.broken(problems);
    }

    private void problem(int line, String message) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new Violation("", message, OptionalInt.of(line)));
        }
    }

    private void lines(String text) {
        StringBuilder joined = new StringBuilder();
        int begin = 1;
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.replaceFirst("#.*$", "").strip();
            if (joined.isEmpty()) {
                begin = number;
            }
            if (line.endsWith("\\")) {
                joined.append(line, 0, line.length() - 1).append(' ');
                continue;
            }
            joined.append(line);
            if (joined.length() > MAX_LINE_LENGTH) {
                problem(begin, "has " + joined.length() + " characters; at most " + MAX_LINE_LENGTH + " are read");
            } else if (!joined.toString().isBlank()) {
                entry(joined.toString().strip(), begin);
            }
            joined.setLength(0);
        }
    }

    private void entry(String line, int number) {
        Map<String, String> values = values(line, number);
        boolean block = values.containsKey("BlockName");
        boolean known = block || values.containsKey("SwitchName");
        if (values.isEmpty() || (!known && values.containsKey("BlockSizes"))) {
            return;
        }
        if (!known) {
            problem(number, "begins with " + values.keySet().iterator().next() + "; expected SwitchName or BlockName");
            return;
        }
        if (block && (values.containsKey("SwitchName") || values.containsKey("Switches"))) {
            problem(number, "names a block and switches; a file has lines for one of them");
            return;
        }
        String name = values.getOrDefault(block ? "BlockName" : "SwitchName", "");
        Entry entry = new Entry(
                name,
                block,
                names(values.getOrDefault("Nodes", ""), number),
                names(values.getOrDefault("Switches", ""), number),
                number);
        Names.problemOfLabel(name)
                .ifPresent(problem -> problem(number, (block ? "BlockName " : "SwitchName ") + problem));
        if (entries.putIfAbsent(name, entry) != null) {
            problem(number, "names " + Quoted.bare(name) + " a second time; names must differ");
        }
    }

    /** What the words of a line say; empty when one of them says nothing that is known. */
    private Map<String, String> values(String line, int number) {
        Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String word : line.split("\\s+", -1)) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                problem(number, "has the word " + Quoted.bare(word) + "; expected NAME=VALUE");
                return Map.of();
            }
            String name = word.substring(0, equals);
            if (WORDS.stream().noneMatch(name::equalsIgnoreCase)) {
                String hint = NearestName.of(name, WORDS)
                        .map(nearest -> "did you mean " + nearest + "?")
                        .orElse("known are " + String.join(", ", WORDS));
                problem(number, "has the unknown word " + Quoted.bare(name) + "; " + hint);
                return Map.of();
            }
            if (values.putIfAbsent(name, word.substring(equals + 1)) != null) {
                problem(number, "has " + name + " twice; write one list, with commas");
                return Map.of();
            }
        }
        return values;
    }

    private List<String> names(String list, int line) {
        Optional<List<String>> names = HostList.expand(list, ClusterSpec.MAX_HOSTS);
        if (names.isEmpty()) {
            problem(
                    line,
                    "has the list " + Quoted.bare(list) + "; expected names such as n1,n[2-9], at most "
                            + ClusterSpec.MAX_HOSTS);
        }
        return names.orElse(List.of());
    }

    private void link(Entry entry) {
        for (String node : entry.nodes()) {
            Names.problemOfHost(node).ifPresent(problem -> problem(entry.line(), "a node " + problem));
            String earlier = hosts.putIfAbsent(node, entry.name());
            if (earlier != null) {
                problem(
                        entry.line(),
                        "names the node " + Quoted.bare(node) + ", which is under " + Quoted.bare(earlier)
                                + " already");
            }
        }
        if (hosts.size() > ClusterSpec.MAX_HOSTS) {
            problem(entry.line(), "names more than " + ClusterSpec.MAX_HOSTS + " nodes, which is the most");
        }
        for (String below : entry.switches()) {
            if (!entries.containsKey(below)) {
                problem(entry.line(), "names the switch " + Quoted.bare(below) + ", which has no line of its own");
                continue;
            }
            String earlier = parents.putIfAbsent(below, entry.name());
            if (earlier != null) {
                problem(
                        entry.line(),
                        "names the switch " + Quoted.bare(below) + ", which is under " + Quoted.bare(earlier)
                                + " already");
            }
        }
    }

    /** Whether it has something under it, and not too much above it. */
    private void checkPlace(Entry entry) {
        String name = Quoted.bare(entry.name());
        if (entry.block() != entries.values().iterator().next().block()) {
            problem(entry.line(), "names a block and switches; a file has lines for one of them");
        }
        if (entry.nodes().isEmpty() && entry.switches().isEmpty()) {
            problem(
                    entry.line(),
                    "puts nothing under " + name + "; give it Nodes" + (entry.block() ? "" : " or Switches"));
        }
        if (path(entry.name()).size() > ClusterSpec.MAX_LEVELS) {
            problem(
                    entry.line(),
                    "puts " + name + " below more than " + ClusterSpec.MAX_LEVELS
                            + " switches; is one of them below itself?");
        }
    }

    /** From the leaf upwards; cut off where it is longer than allowed. */
    private List<String> path(String leaf) {
        List<String> path = new ArrayList<>();
        Optional<String> at = Optional.of(leaf);
        while (at.isPresent() && path.size() <= ClusterSpec.MAX_LEVELS) {
            path.add(at.get());
            at = Optional.ofNullable(parents.get(at.get()));
        }
        return path;
    }

    private ClusterSpec cluster() {
        List<List<String>> paths = hosts.values().stream().map(this::path).toList();
        int depth = paths.stream().mapToInt(List::size).max().orElse(0);
        boolean blocks = entries.values().stream().allMatch(Entry::block);
        List<String> levels = new ArrayList<>();
        for (int tier = depth; tier >= 1; tier--) {
            levels.add(blocks ? "block" : tier <= TIERS.size() ? TIERS.get(tier - 1) : "tier" + tier);
        }
        List<HostSpec> specs = new ArrayList<>();
        int index = 0;
        for (String host : hosts.keySet()) {
            List<String> upwards = paths.get(index++);
            List<String> downwards = new ArrayList<>();
            for (int tier = depth - 1; tier >= 0; tier--) {
                downwards.add(upwards.get(Math.min(tier, upwards.size() - 1)));
            }
            specs.add(HostSpec.of(host, downwards, ResourceVector.of(acceleratorsPerHost, 0, 0)));
        }
        return new ClusterSpec(levels, specs, List.of(), List.of());
    }
}
