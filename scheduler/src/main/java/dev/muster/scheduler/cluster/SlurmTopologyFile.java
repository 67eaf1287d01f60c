package dev.muster.scheduler.cluster;

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
 * switch below. Link speeds and block sizes do not matter here and are passed over.
 */
public final class SlurmTopologyFile {

    private static final List<String> TIERS = List.of("leaf", "spine", "core");
    private static final int MAX_LINE_LENGTH = 1 << 20;

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
        if (entries.isEmpty() && problems.isEmpty()) {
            problem(1, "names no switch and no block; a line such as SwitchName=s1 Nodes=n[1-8] is needed");
        }
        if (problems.isEmpty()) {
            List<List<String>> paths = hosts.values().stream().map(this::path).toList();
            if (problems.isEmpty()) {
                return Reading.sound(cluster(paths));
            }
        }
        return Reading.broken(problems);
    }

    private void problem(int line, String message) {
        if (problems.size() < 100) {
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
        Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String word : line.split("\\s+", -1)) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                problem(number, "has the word " + word + "; expected NAME=VALUE");
                return;
            }
            values.put(word.substring(0, equals), word.substring(equals + 1));
        }
        boolean block = values.containsKey("BlockName");
        if (!block && !values.containsKey("SwitchName")) {
            if (!values.containsKey("BlockSizes")) {
                problem(
                        number,
                        "begins with " + values.keySet().iterator().next() + "; expected SwitchName or BlockName");
            }
            return;
        }
        String name = values.getOrDefault(block ? "BlockName" : "SwitchName", "");
        Entry entry = new Entry(
                name,
                block,
                names(values.getOrDefault("Nodes", ""), number),
                names(values.getOrDefault("Switches", ""), number),
                number);
        if (name.isEmpty() || entries.putIfAbsent(name, entry) != null) {
            problem(number, "names " + (name.isEmpty() ? "nothing" : name + " a second time") + "; names must differ");
        }
    }

    private List<String> names(String list, int line) {
        Optional<List<String>> names = HostList.expand(list, ClusterSpec.MAX_HOSTS);
        if (names.isEmpty()) {
            problem(
                    line,
                    "has the list " + list + "; expected names such as n1,n[2-9], at most " + ClusterSpec.MAX_HOSTS);
        }
        return names.orElse(List.of());
    }

    private void link(Entry entry) {
        for (String node : entry.nodes()) {
            String earlier = hosts.putIfAbsent(node, entry.name());
            if (earlier != null) {
                problem(entry.line(), "names the node " + node + ", which is under " + earlier + " already");
            }
        }
        if (hosts.size() > ClusterSpec.MAX_HOSTS) {
            problem(entry.line(), "names more than " + ClusterSpec.MAX_HOSTS + " nodes, which is the most");
        }
        for (String below : entry.switches()) {
            if (!entries.containsKey(below)) {
                problem(entry.line(), "names the switch " + below + ", which has no line of its own");
            } else if (parents.putIfAbsent(below, entry.name()) != null) {
                problem(
                        entry.line(),
                        "names the switch " + below + ", which is under " + parents.get(below) + " already");
            }
        }
    }

    /** From the leaf upwards. */
    private List<String> path(String leaf) {
        List<String> path = new ArrayList<>();
        Optional<String> at = Optional.of(leaf);
        while (at.isPresent()) {
            if (path.size() == ClusterSpec.MAX_LEVELS) {
                Entry entry = entries.get(leaf);
                problem(
                        entry == null ? 1 : entry.line(),
                        "puts " + leaf + " below more than " + ClusterSpec.MAX_LEVELS
                                + " switches; is one of them below itself?");
                return path;
            }
            path.add(at.get());
            at = Optional.ofNullable(parents.get(at.get()));
        }
        return path;
    }

    private ClusterSpec cluster(List<List<String>> paths) {
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
