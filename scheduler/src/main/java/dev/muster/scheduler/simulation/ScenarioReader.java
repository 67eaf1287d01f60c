package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Problems;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.Violation;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.topology.Levels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads scenario files (JSON): one scenario, or a list of them; names everything that is wrong with it, each with its line. A job that
 * no cluster could take as it is written, such as one with an unknown level, is no mistake of the file: the simulation rejects it.
 */
public final class ScenarioReader {

    /** A longer file is refused; a caller need not read more of it than this and one byte. */
    public static final int MAX_BYTES = DocumentLimits.SCENARIOS.maxBytes();

    private static final int MOST_HOSTS = 1 << 20;
    private static final int MOST_LEVELS = 16;
    private static final int MOST_CHARACTERS = 253;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0," + (MOST_CHARACTERS - 1) + "}");

    private final Fields fields;
    private final List<String> levels = new ArrayList<>();
    private final List<HostSpec> hosts = new ArrayList<>();
    private final List<String> unschedulable = new ArrayList<>();
    private final Set<String> hostNames = new LinkedHashSet<>();
    private final ScenarioAmounts amounts = new ScenarioAmounts();

    private ScenarioReader(Fields fields) {
        this.fields = fields;
    }

    public static Reading<List<Scenario>> read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Reading<List<Scenario>> read(byte[] bytes) {
        Problems problems = new Problems();
        List<Scenario> scenarios = new ArrayList<>();
        Set<String> ids = new TreeSet<>();
        try {
            DocumentNode document = Document.read(withoutTabs(bytes), DocumentLimits.SCENARIOS);
            List<DocumentNode> items = document instanceof Sequence sequence ? sequence.items() : List.of(document);
            for (DocumentNode item : items) {
                Fields.ofDocument(item, problems).ifPresent(fields -> {
                    Scenario scenario = new ScenarioReader(fields).scenario();
                    if (!ids.add(scenario.id())) {
                        fields.problem("id", "is " + Quoted.text(scenario.id()) + " a second time; ids must differ");
                    }
                    scenarios.add(scenario);
                });
            }
        } catch (DocumentException e) {
            return Reading.broken(List.of(new Violation("", e.reason(), OptionalInt.of(e.line()))));
        }
        return problems.count() > 0
                ? Reading.broken(Violation.ofProblems(problems.list()))
                : Reading.sound(List.copyOf(scenarios));
    }

    /** JSON may be indented with tabs, YAML may not; within texts JSON has no tabs. */
    private static byte[] withoutTabs(byte[] bytes) {
        byte[] spaced = bytes.clone();
        for (int at = 0; at < spaced.length; at++) {
            spaced[at] = spaced[at] == '\t' ? (byte) ' ' : spaced[at];
        }
        return spaced;
    }

    /** Notes what is wrong with the name of a host, a job, a domain. */
    static void checkName(Fields fields, String field, String name) {
        if (!NAME.matcher(name).matches()) {
            fields.problem(
                    field,
                    "is " + Quoted.text(name) + "; a name has 1 to " + MOST_CHARACTERS
                            + " letters, digits, dots, hyphens and underscores, and begins with a letter or digit");
        }
    }

    private Scenario scenario() {
        fields.require("id", "T01");
        String id = fields.text("id").orElse("");
        fields.text("about");
        fields.node("expect");
        levels();
        hosts();
        List<QueueSpec> queues = queues();
        ScenarioFields jobs = new ScenarioFields(hosts, levels, queueNames(queues), amounts);
        List<Scenario.Running> running = jobs.running(fields);
        List<Scenario.Event> events = jobs.events(fields);
        Scenario scenario = new Scenario(
                id,
                levels,
                hosts,
                unschedulable,
                queues,
                new ScenarioPolicy(fields).read(),
                running,
                events,
                fields.wholeNumber("until", 0, Integer.MAX_VALUE).orElse(0));
        fields.end();
        return scenario;
    }

    private void levels() {
        for (String level : fields.texts("levels")) {
            checkName(fields, "levels", level);
            if (level.equals(Levels.HOST) || levels.contains(level)) {
                fields.problem(
                        "levels",
                        "has " + Quoted.text(level) + " twice; names must differ, and host is always the innermost");
            }
            levels.add(level);
        }
        if (levels.size() > MOST_LEVELS) {
            fields.problem("levels", "has " + levels.size() + " levels; at most " + MOST_LEVELS + " are allowed");
        }
    }

    private void hosts() {
        fields.require("hosts", "[{\"name\": \"x1\", \"path\": [\"r1\"], \"capacity\": {\"gpu\": 8}}]");
        ResourceVector total = ResourceVector.ZERO;
        for (Fields host : fields.mappings("hosts")) {
            HostSpec spec = host(host);
            hosts.add(spec);
            if (hosts.size() > MOST_HOSTS) {
                host.problem("name", "is one host too many; at most " + MOST_HOSTS + " are allowed");
                return;
            }
            total = total.plus(spec.capacity());
            if (ScenarioAmounts.tooMuch(total, 1, host, "capacity")) {
                total = ResourceVector.ZERO;
            }
        }
    }

    private HostSpec host(Fields host) {
        String name = host.text("name").orElse("");
        if (host.require("name", "x1")) {
            checkName(host, "name", name);
        }
        if (!hostNames.add(name)) {
            host.problem("name", "is " + Quoted.text(name) + " a second time; names must differ");
        }
        List<String> path = host.texts("path");
        path.forEach(domain -> checkName(host, "path", domain));
        if (path.size() != levels.size()) {
            host.problem(
                    "path",
                    "has " + path.size() + " names; give one for each of the levels " + Quoted.bare(levels.toString()));
        }
        host.require("capacity", "{\"gpu\": 8}");
        ResourceVector capacity = amounts.vector(host, "capacity");
        SortedMap<String, String> labels = host.textsByName("labels");
        if (!host.truth("schedulable").orElse(true)) {
            unschedulable.add(name);
        }
        host.end();
        return new HostSpec(name, path, capacity, Optional.empty(), labels);
    }

    private List<QueueSpec> queues() {
        List<QueueSpec> queues = new ArrayList<>();
        for (Fields queue : fields.mappings("queues")) {
            queue.require("name", "research");
            String name = queue.text("name").orElse("");
            checkName(queue, "name", name);
            String parent = queue.text("parent").orElse(QueueSpec.ROOT);
            ResourceVector guaranteed = amounts.vector(queue, "guaranteed");
            SortedMap<String, Long> max = amounts.limits(queue, "max");
            int weight = queue.wholeNumber("weight", 1, 1_000_000).orElse(1);
            boolean reclaim = queue.truth("reclaim").orElse(true);
            queue.end();
            queues.add(new QueueSpec(name, parent, guaranteed, max, weight, reclaim));
        }
        checkTree(queues);
        return queues;
    }

    private void checkTree(List<QueueSpec> queues) {
        try {
            new QueueTree(queues);
        } catch (ArithmeticException overflow) {
            fields.problem("queues", "have guarantees that are too large together for a number");
        } catch (IllegalArgumentException e) {
            fields.problem("queues", "form no tree: " + e.getMessage());
        }
    }

    private static Set<String> queueNames(List<QueueSpec> queues) {
        Set<String> names = new LinkedHashSet<>();
        queues.forEach(queue -> names.add(queue.name()));
        if (names.isEmpty()) {
            names.add("default");
        }
        return names;
    }
}
