package dev.muster.scheduler.document;

import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/**
 * Turns the parser's events into nodes, counting as it goes, so that a small hostile text (anchors that multiply, lists a
 * million deep) is refused after little work.
 */
final class TreeBuilder {

    private static final String TEXT_TAG = "tag:yaml.org,2002:str";

    /** A finished node, and how many values it stands for when every anchor in it is written out. */
    private record Anchored(DocumentNode node, int nodes) {}

    private final Iterator<Event> events;
    private final DocumentLimits limits;
    private final Map<String, Anchored> anchors = new TreeMap<>();
    /** The same few names come again for each of many hosts. */
    private final Map<String, String> names = new TreeMap<>();

    private int aliases;
    private int nodes;

    TreeBuilder(Iterator<Event> events, DocumentLimits limits) {
        this.events = events;
        this.limits = limits;
    }

    DocumentNode build() throws DocumentException {
        events.next(); // start of the stream
        Event start = events.next();
        if (start.getEventId() == Event.ID.StreamEnd) {
            throw new DocumentException(1, "the file is empty");
        }
        DocumentNode root = node(events.next(), 1);
        events.next(); // end of the document
        Event after = events.next();
        if (after.getEventId() != Event.ID.StreamEnd) {
            throw new DocumentException(line(after), "a second document begins here; put one in each file");
        }
        return root;
    }

    private DocumentNode node(Event event, int depth) throws DocumentException {
        if (event instanceof AliasEvent alias) {
            return resolve(alias);
        }
        int before = nodes;
        count(1, event);
        DocumentNode node = value(event, depth);
        if (event instanceof NodeEvent anchored && anchored.getAnchor().isPresent()) {
            anchors.put(anchored.getAnchor().get().getValue(), new Anchored(node, nodes - before));
        }
        return node;
    }

    private DocumentNode value(Event event, int depth) throws DocumentException {
        if (event instanceof ScalarEvent scalar) {
            refuseTag(scalar.getTag(), event);
            boolean quoted = !scalar.isPlain() || scalar.getTag().isPresent();
            return new Scalar(scalar.getValue(), quoted, line(event));
        }
        if (depth > limits.maxDepth()) {
            throw new DocumentException(
                    line(event), "lists and mappings are more than " + limits.maxDepth() + " deep here");
        }
        refuseTag(((CollectionStartEvent) event).getTag(), event);
        return event.getEventId() == Event.ID.SequenceStart ? sequence(event, depth) : mapping(event, depth);
    }

    private Sequence sequence(Event start, int depth) throws DocumentException {
        List<DocumentNode> items = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(node(next, depth + 1));
        }
        return new Sequence(items, line(start));
    }

    private Mapping mapping(Event start, int depth) throws DocumentException {
        List<Member> members = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            if (!(next instanceof ScalarEvent key)) {
                throw new DocumentException(line(next), "a name is expected here, before a colon");
            }
            String name = names.size() < 1_000
                    ? names.computeIfAbsent(key.getValue(), same -> same)
                    : names.getOrDefault(key.getValue(), key.getValue());
            if (!seen.add(name)) {
                throw new DocumentException(
                        line(next), Quoted.text(name) + " is given twice in one mapping; remove one of them");
            }
            members.add(new Member(name, line(next), node(events.next(), depth + 1)));
        }
        return new Mapping(members, line(start));
    }

    private DocumentNode resolve(AliasEvent event) throws DocumentException {
        String name = event.getAlias().getValue();
        Anchored anchored = anchors.get(name);
        if (anchored == null) {
            throw new DocumentException(line(event), "*" + Quoted.bare(name) + " refers to nothing before it");
        }
        aliases++;
        if (aliases > limits.maxAliases()) {
            throw new DocumentException(
                    line(event), "anchors are used more than " + limits.maxAliases() + " times; write the values out");
        }
        count(anchored.nodes(), event);
        return anchored.node();
    }

    private void count(int more, Event event) throws DocumentException {
        nodes += more;
        if (nodes > limits.maxNodes()) {
            throw new DocumentException(line(event), "the file has more than " + limits.maxNodes() + " values");
        }
    }

    private static void refuseTag(Optional<String> tag, Event event) throws DocumentException {
        if (tag.isPresent() && !tag.get().equals(TEXT_TAG)) {
            throw new DocumentException(
                    line(event), "the tag " + Quoted.bare(tag.get()) + " is not supported; write the plain value");
        }
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
