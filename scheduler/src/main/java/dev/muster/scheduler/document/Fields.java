package dev.muster.scheduler.document;

import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the fields of one mapping by name and type, and notes each that is wrong. A field that is missing, null or wrong is
 * answered as absent; the reader goes on, so that all problems of a document come out at once.
 *
 * <p>The names asked for are the known ones: call {@link #end()} last, and every other name is a problem.
 */
public final class Fields {

    private final Mapping mapping;
    private final String path;
    private final Problems problems;
    private final List<String> known = new ArrayList<>();

    private Fields(Mapping mapping, String path, Problems problems) {
        this.mapping = mapping;
        this.path = path;
        this.problems = problems;
    }

    /** The fields of the whole document; absent, with a problem, when it is no mapping. */
    public static Optional<Fields> ofDocument(DocumentNode document, Problems problems) {
        return of(document, "", problems);
    }

    private static Optional<Fields> of(DocumentNode node, String path, Problems problems) {
        if (node instanceof Mapping mapping) {
            return Optional.of(new Fields(mapping, path, problems));
        }
        problems.add(path, node.line(), "expected a mapping (name: value), found " + node.described());
        return Optional.empty();
    }

    /** The line where this mapping begins. */
    public int line() {
        return mapping.line();
    }

    /** The line of a field, or of the mapping when it has no such field. */
    public int line(String name) {
        return mapping.member(name).map(Member::line).orElse(mapping.line());
    }

    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Notes a problem of a field. */
    public void problem(String name, String message) {
        problems.add(path(name), line(name), message);
    }

    /** The value as it stands; empty when missing or null. */
    public Optional<DocumentNode> node(String name) {
        if (!known.contains(name)) {
            known.add(name);
        }
        return mapping.member(name).map(Member::value).filter(node -> !isNull(node));
    }

    /** Whether the field is there and not null; if not, that is noted as a problem. */
    public boolean require(String name, String example) {
        boolean there = mapping.member(name)
                .map(Member::value)
                .filter(node -> !isNull(node))
                .isPresent();
        if (!there) {
            problem(name, "is missing; add it, for example " + name + ": " + example);
        }
        return there;
    }

    public Optional<String> text(String name) {
        return scalar(name, "text", ScalarKind.TEXT).map(Scalar::text);
    }

    public Optional<Boolean> truth(String name) {
        return scalar(name, "true or false", ScalarKind.TRUTH)
                .map(scalar -> scalar.text().equalsIgnoreCase("true"));
    }

    /** A whole number within both bounds. */
    public Optional<Integer> wholeNumber(String name, int least, int most) {
        return scalar(name, "a whole number", ScalarKind.WHOLE_NUMBER)
                .flatMap(scalar -> within(scalar, path(name), line(name), least, most));
    }

    /** A list of whole numbers within both bounds; what is none is noted and left out. */
    public List<Integer> wholeNumbers(String name, int least, int most) {
        List<Integer> all = new ArrayList<>();
        List<DocumentNode> items = items(name);
        for (int index = 0; index < items.size(); index++) {
            DocumentNode item = items.get(index);
            String where = path(name) + "[" + index + "]";
            if (item instanceof Scalar scalar && scalar.kind() == ScalarKind.WHOLE_NUMBER) {
                within(scalar, where, item.line(), least, most).ifPresent(all::add);
            } else {
                problems.add(where, item.line(), "expected a whole number, found " + item.described());
            }
        }
        return all;
    }

    private Optional<Integer> within(Scalar scalar, String where, int line, int least, int most) {
        Optional<Integer> number = parseDecimal(scalar.text()).filter(value -> value >= least && value <= most);
        if (number.isEmpty()) {
            String message = "is " + Quoted.bare(scalar.text()) + "; give a whole number from " + least + " to " + most;
            problems.add(where, line, message);
        }
        return number;
    }

    private static Optional<Integer> parseDecimal(String text) {
        try {
            return Optional.of(Integer.decode(text.replaceFirst("^([-+]?)0+(?=[0-9])", "$1")));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    /** A text or number that a parser understands. */
    public <T> Optional<T> parsed(String name, String expected, Function<String, Optional<T>> parser) {
        Optional<DocumentNode> node = node(name);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> value = node.get() instanceof Scalar scalar ? parser.apply(scalar.text()) : Optional.empty();
        if (value.isEmpty()) {
            problem(name, "expected " + expected + ", found " + node.get().described());
        }
        return value;
    }

    /** One of some words. */
    public <T> Optional<T> choice(String name, SortedMap<String, T> choices) {
        return parsed(
                name, "one of " + String.join(", ", choices.keySet()), word -> Optional.ofNullable(choices.get(word)));
    }

    /** A mapping inside this one. */
    public Optional<Fields> mapping(String name) {
        return node(name).flatMap(node -> of(node, path(name), problems));
    }

    /** A list of mappings; what is no mapping is noted and left out. */
    public List<Fields> mappings(String name) {
        List<Fields> all = new ArrayList<>();
        List<DocumentNode> items = items(name);
        for (int index = 0; index < items.size(); index++) {
            of(items.get(index), path(name) + "[" + index + "]", problems).ifPresent(all::add);
        }
        return all;
    }

    /** A list of texts; what is no text is noted and left out. */
    public List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        List<DocumentNode> items = items(name);
        for (int index = 0; index < items.size(); index++) {
            asText(items.get(index), path(name) + "[" + index + "]").ifPresent(all::add);
        }
        return all;
    }

    /** A mapping whose names are free and whose values are texts. */
    public SortedMap<String, String> textsByName(String name) {
        SortedMap<String, String> all = new TreeMap<>();
        mapping(name).ifPresent(fields -> {
            for (Member member : fields.mapping.members()) {
                asText(member.value(), fields.path(Quoted.bare(member.name())))
                        .ifPresent(text -> all.put(member.name(), text));
            }
        });
        return all;
    }

    /** Notes every name that was not asked for, with the known one that is nearest. */
    public void end() {
        for (Member member : mapping.members()) {
            if (!known.contains(member.name())) {
                String hint = NearestName.of(member.name(), known)
                        .map(nearest -> "did you mean " + nearest + "?")
                        .orElseGet(() -> "known here: " + String.join(", ", known));
                problems.add(path(Quoted.bare(member.name())), member.line(), "unknown field; " + hint);
            }
        }
    }

    private List<DocumentNode> items(String name) {
        Optional<DocumentNode> node = node(name);
        if (node.isEmpty()) {
            return List.of();
        }
        if (node.get() instanceof Sequence sequence) {
            return sequence.items();
        }
        problem(name, "expected a list, found " + node.get().described());
        return List.of();
    }

    private Optional<Scalar> scalar(String name, String expected, ScalarKind kind) {
        Optional<DocumentNode> node = node(name);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get() instanceof Scalar scalar && scalar.kind() == kind) {
            return Optional.of(scalar);
        }
        problem(name, "expected " + expected + ", found " + node.get().described() + quotesHint(node.get(), kind));
        return Optional.empty();
    }

    private Optional<String> asText(DocumentNode node, String where) {
        if (node instanceof Scalar scalar && scalar.kind() == ScalarKind.TEXT) {
            return Optional.of(scalar.text());
        }
        problems.add(
                where, node.line(), "expected text, found " + node.described() + quotesHint(node, ScalarKind.TEXT));
        return Optional.empty();
    }

    private static String quotesHint(DocumentNode node, ScalarKind wanted) {
        if (!(node instanceof Scalar scalar)) {
            return "";
        }
        if (wanted == ScalarKind.TEXT) {
            return "; put it in quotes";
        }
        return scalar.quoted() && ScalarKind.ofPlain(scalar.text()) == wanted ? "; remove the quotes" : "";
    }

    private static boolean isNull(DocumentNode node) {
        return node instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL;
    }
}
