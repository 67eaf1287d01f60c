package dev.muster.scheduler.cluster;

import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.NearestName;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.job.Names;
import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the queues of a cluster file. */
final class QueueFields {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_WEIGHT = 1_000_000;

    private final Fields file;
    private final Map<String, QueueSpec> queues = new TreeMap<>();
    private final Map<String, Fields> fieldsByName = new TreeMap<>();
    private final List<QueueSpec> inOrder = new ArrayList<>();

    QueueFields(Fields file) {
        this.file = file;
    }

    List<QueueSpec> read() {
        List<Fields> all = file.mappings("queues");
        if (all.size() > ClusterSpec.MAX_QUEUES) {
            file.problem("queues", "has " + all.size() + " queues; at most " + ClusterSpec.MAX_QUEUES + " are allowed");
            return List.of();
        }
        for (Fields queue : all) {
            readQueue(queue);
        }
        inOrder.forEach(this::checkParent);
        inOrder.forEach(this::checkCycle);
        checkGuaranteed();
        return inOrder;
    }

    private void readQueue(Fields queue) {
        queue.require("name", "research");
        Optional<String> name = queue.text("name");
        name.flatMap(Names::problemOfName).ifPresent(problem -> queue.problem("name", problem));
        String parent = queue.text("parent").orElse(QueueSpec.ROOT);
        ResourceVector guaranteed = new ResourceVector(amounts(queue, "guaranteed"));
        SortedMap<String, Long> max = amounts(queue, "max");
        long weight = queue.wholeNumber("weight", 1, MAX_WEIGHT).orElse(1);
        boolean reclaim = queue.truth("reclaim").orElse(true);
        queue.end();
        max.forEach((resource, limit) -> {
            if (guaranteed.amount(resource) > limit) {
                queue.problem(
                        "guaranteed",
                        "has " + guaranteed.amount(resource) + " " + resource + ", more than max allows, " + limit);
            }
        });
        name.ifPresent(given -> add(queue, new QueueSpec(given, parent, guaranteed, max, weight, reclaim)));
    }

    private static SortedMap<String, Long> amounts(Fields queue, String name) {
        return queue.mapping(name)
                .map(fields -> {
                    SortedMap<String, Long> amounts = CapacityFields.amounts(fields, Integer.MAX_VALUE);
                    fields.end();
                    return amounts;
                })
                .orElseGet(TreeMap::new);
    }

    private void add(Fields fields, QueueSpec queue) {
        if (queue.name().equals(QueueSpec.ROOT)) {
            fields.problem("name", "is root, which is always there; leave it out");
            return;
        }
        Fields earlier = fieldsByName.putIfAbsent(queue.name(), fields);
        if (earlier != null) {
            fields.problem("name", "is " + Quoted.text(queue.name()) + ", as on line " + earlier.line());
            return;
        }
        queues.put(queue.name(), queue);
        inOrder.add(queue);
    }

    private void checkParent(QueueSpec queue) {
        if (queue.parent().equals(QueueSpec.ROOT) || queues.containsKey(queue.parent())) {
            return;
        }
        String hint = NearestName.of(queue.parent(), queues.keySet())
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("; declare it, or use root");
        problem(queue, "parent", "is " + Quoted.text(queue.parent()) + ", which is no queue" + hint);
    }

    /** Reports each cycle once, at the queue of it that has the first name. */
    private void checkCycle(QueueSpec queue) {
        String first = queue.name();
        String above = queue.parent();
        Set<String> seen = new TreeSet<>();
        for (int depth = 1; queues.containsKey(above); depth++) {
            if (above.equals(queue.name())) {
                if (first.equals(queue.name())) {
                    problem(
                            queue,
                            "parent",
                            "is " + Quoted.text(queue.parent()) + ", which lies under this queue itself");
                }
                return;
            }
            if (!seen.add(above)) {
                return; // it hangs below a cycle, which is reported there
            }
            if (depth == MAX_DEPTH) {
                problem(queue, "parent", "puts it more than " + MAX_DEPTH + " queues deep; make the tree flatter");
                return;
            }
            first = above.compareTo(first) < 0 ? above : first;
            above = queues.getOrDefault(above, queue).parent();
        }
    }

    private void checkGuaranteed() {
        Map<String, ResourceVector> sums = new TreeMap<>();
        for (QueueSpec queue : inOrder) {
            try {
                sums.merge(queue.parent(), queue.guaranteed(), ResourceVector::plus);
            } catch (ArithmeticException overflow) {
                problem(queue, "guaranteed", "makes the sum under " + queue.parent() + " too large for a number");
            }
        }
        for (QueueSpec queue : inOrder) {
            ResourceVector children = sums.getOrDefault(queue.name(), ResourceVector.ZERO);
            children.amounts().forEach((resource, amount) -> {
                long own = queue.guaranteed().amount(resource);
                if (amount > own) {
                    problem(
                            queue,
                            "guaranteed",
                            "has " + own + " " + resource + ", less than its children have together, " + amount);
                }
            });
        }
    }

    private void problem(QueueSpec queue, String field, String message) {
        Fields fields = fieldsByName.get(queue.name());
        if (fields != null) {
            fields.problem(field, message);
        }
    }
}
