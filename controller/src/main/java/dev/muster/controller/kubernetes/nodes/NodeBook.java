package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.kubernetes.nodes.Sighting.Answer;
import dev.muster.controller.state.NodeRecord;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes as they were last seen, and which of them the core has not heard of yet. A node on which pods come and go is told
 * at most once in {@code pace}, each time whole, and never again before the core has taken the last word: what waits is never
 * more than there are nodes. Used under one lock.
 */
final class NodeBook {

    /** Handed over and not answered. More would crowd out what others ask of the loop. */
    private static final int MOST_UNDER_WAY = 256;

    private final NodeRules rules;
    private final NodeFacts facts;
    private final Duration pace;
    private final Duration grace;
    private final OthersUse others = new OthersUse();
    private final Map<String, NodeView> nodes = new HashMap<>();
    /** When each of those that do not answer was first seen so. */
    private final Map<String, Long> silentSinceNanos = new LinkedHashMap<>();

    private final Set<String> news = new LinkedHashSet<>();
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, Long> toldAtNanos = new HashMap<>();

    NodeBook(NodeRules rules, AcceleratorTable accelerators, Duration pace, Duration grace) {
        this.rules = rules;
        this.facts = new NodeFacts(rules, accelerators);
        this.pace = pace;
        this.grace = grace;
    }

    // ---- what the API server says

    void node(Node node, long nowNanos) {
        NodeView view = NodeView.of(node);
        if (view.equals(nodes.put(view.name(), view))) {
            return;
        }
        if (view.notReady().isEmpty()) {
            silentSinceNanos.remove(view.name());
        } else {
            silentSinceNanos.putIfAbsent(view.name(), nowNanos);
        }
        news.add(view.name());
    }

    void nodeGone(String name) {
        nodes.remove(name);
        silentSinceNanos.remove(name);
        news.add(name);
    }

    void pod(Pod pod) {
        others.put(pod).stream().filter(nodes::containsKey).forEach(news::add);
    }

    void podGone(Pod pod) {
        others.remove(pod).stream().filter(nodes::containsKey).forEach(news::add);
    }

    // ---- what the core is told

    /** What may be told now; each is under way until it is {@link #told} or {@link #untold}. */
    List<Sighting> due(long nowNanos) {
        silentSinceNanos.forEach((name, since) -> {
            if (isOverdue(since, nowNanos) && !toldSince(name, since + grace.toNanos())) {
                news.add(name);
            }
        });
        List<Sighting> due = new ArrayList<>();
        for (String name : List.copyOf(news)) {
            if (underWay.size() >= MOST_UNDER_WAY) {
                break;
            }
            if (!underWay.contains(name) && !toldSince(name, nowNanos - pace.toNanos() + 1)) {
                news.remove(name);
                underWay.add(name);
                toldAtNanos.put(name, nowNanos);
                due.add(sighting(name, nowNanos));
            }
        }
        return due;
    }

    private boolean toldSince(String name, long nanos) {
        Long told = toldAtNanos.get(name);
        return told != null && told - nanos >= 0;
    }

    private boolean isOverdue(long sinceNanos, long nowNanos) {
        return nowNanos - sinceNanos >= grace.toNanos();
    }

    private Sighting sighting(String name, long nowNanos) {
        NodeView node = nodes.get(name);
        if (node == null) {
            return new Sighting.Gone(name);
        }
        if (!rules.selects(node.labels())) {
            return new Sighting.NotOurs(name);
        }
        NodeRecord record = facts.of(node, others);
        Long since = silentSinceNanos.get(name);
        Answer answer =
                since == null ? Answer.READY : isOverdue(since, nowNanos) ? Answer.NOT_READY : Answer.SILENT_FOR_NOW;
        return new Sighting.Seen(record, answer, node.notReady().orElse(""), NodeFacts.fenced(node));
    }

    /** The core has taken it. */
    void told(String name) {
        underWay.remove(name);
        if (!nodes.containsKey(name) && !news.contains(name)) {
            toldAtNanos.remove(name);
        }
    }

    /** The core had no time; it is told again. */
    void untold(String name) {
        underWay.remove(name);
        news.add(name);
    }

    /** Whether the core knows all that is known here. */
    boolean isQuiet() {
        return news.isEmpty() && underWay.isEmpty();
    }

    /** Every node is told again, as they are now. */
    void everythingIsNews() {
        news.addAll(nodes.keySet());
    }

    Collection<String> names() {
        return List.copyOf(nodes.keySet());
    }

    // ---- for people

    /**
     * How the nodes of ours lie in the fabric.
     *
     * @param domains by level, in the order of the levels
     * @param unlabelled nodes that lack a label of some level, with those levels
     */
    record Census(int nodes, Map<String, Integer> domains, Map<String, List<String>> unlabelled) {}

    /** Walks all nodes. */
    Census census() {
        List<SortedSet<String>> domains = new ArrayList<>();
        rules.levels().forEach(level -> domains.add(new TreeSet<>()));
        Map<String, List<String>> unlabelled = new TreeMap<>();
        int count = 0;
        for (NodeView node : nodes.values()) {
            if (!rules.selects(node.labels())) {
                continue;
            }
            count++;
            NodeRules.Place place = rules.place(node.name(), node.labels());
            for (int depth = 0; depth < domains.size(); depth++) {
                domains.get(depth).add(String.join("/", place.path().subList(0, depth + 1)));
            }
            if (!place.unlabelled().isEmpty()) {
                unlabelled.put(node.name(), place.unlabelled());
            }
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (int depth = 0; depth < domains.size(); depth++) {
            counts.put(rules.levelNames().get(depth), domains.get(depth).size());
        }
        return new Census(count, counts, unlabelled);
    }

    Optional<NodeView> view(String name) {
        return Optional.ofNullable(nodes.get(name));
    }
}
