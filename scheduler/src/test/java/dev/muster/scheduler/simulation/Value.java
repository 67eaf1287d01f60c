package dev.muster.scheduler.simulation;

import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import dev.muster.scheduler.document.JsonText;
import dev.muster.scheduler.document.ScalarKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A value of a JSON text, present or not; a value of another type than is asked for makes the outcome malformed. */
record Value(String path, Optional<DocumentNode> node) {

    static Value parse(String json) {
        try {
            return new Value(
                    "", Optional.of(Document.read(json.getBytes(StandardCharsets.UTF_8), DocumentLimits.SCENARIOS)));
        } catch (DocumentException e) {
            throw new BrokenRule("line " + e.line() + " is no JSON: " + e.reason());
        }
    }

    /** Whether it is there and not null. */
    boolean isPresent() {
        return node.filter(there -> !(there instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL))
                .isPresent();
    }

    /** Whether it is there and holds something: no empty list, mapping or text. */
    boolean isFilled() {
        return isPresent()
                && node.filter(there -> there instanceof Mapping mapping
                                ? !mapping.members().isEmpty()
                                : there instanceof Sequence sequence
                                        ? !sequence.items().isEmpty()
                                        : !((Scalar) there).text().isEmpty())
                        .isPresent();
    }

    /** A member of a mapping; absent when this has none of that name. */
    Value get(String name) {
        Optional<DocumentNode> value = node.filter(Mapping.class::isInstance)
                .map(Mapping.class::cast)
                .flatMap(mapping -> mapping.member(name))
                .map(Member::value);
        return new Value(path.isEmpty() ? name : path + "." + name, value);
    }

    Map<String, Value> members() {
        Map<String, Value> members = new LinkedHashMap<>();
        if (isPresent()) {
            for (Member member : as(Mapping.class, "an object").members()) {
                members.put(member.name(), new Value(path + "." + member.name(), Optional.of(member.value())));
            }
        }
        return members;
    }

    List<Value> items() {
        List<Value> items = new ArrayList<>();
        if (isPresent()) {
            as(Sequence.class, "a list")
                    .items()
                    .forEach(item -> items.add(new Value(path + "[" + items.size() + "]", Optional.of(item))));
        }
        return items;
    }

    /** A list as it is, anything else as the one item of a list. */
    List<Value> asList() {
        return isList() ? items() : isPresent() ? List.of(this) : List.of();
    }

    boolean isList() {
        return node.filter(Sequence.class::isInstance).isPresent();
    }

    boolean isObject() {
        return node.filter(Mapping.class::isInstance).isPresent();
    }

    boolean isNumber() {
        return node.filter(there -> there instanceof Scalar scalar && scalar.kind() == ScalarKind.WHOLE_NUMBER)
                .isPresent();
    }

    String text() {
        Scalar scalar = as(Scalar.class, "text");
        if (scalar.kind() != ScalarKind.TEXT) {
            throw malformed("text");
        }
        return scalar.text();
    }

    Optional<String> textIfAny() {
        return isPresent() ? Optional.of(text()) : Optional.empty();
    }

    List<String> texts() {
        return items().stream().map(Value::text).toList();
    }

    long number() {
        if (!isNumber()) {
            throw malformed("a whole number");
        }
        return Long.parseLong(as(Scalar.class, "a whole number").text());
    }

    long numberOr(long otherwise) {
        return isPresent() ? number() : otherwise;
    }

    Optional<Long> numberIfAny() {
        return isPresent() ? Optional.of(number()) : Optional.empty();
    }

    Map<String, Long> numbers() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        members().forEach((name, value) -> numbers.put(name, value.number()));
        return numbers;
    }

    boolean truthOr(boolean otherwise) {
        if (!isPresent()) {
            return otherwise;
        }
        Scalar scalar = as(Scalar.class, "true or false");
        if (scalar.kind() != ScalarKind.TRUTH) {
            throw malformed("true or false");
        }
        return scalar.text().equals("true");
    }

    /** As JSON with the members of each object by name, without some members of this one. */
    String canonical(Set<String> without) {
        return node.map(there -> JsonText.of(sorted(there, without))).orElse("null");
    }

    private static DocumentNode sorted(DocumentNode node, Set<String> without) {
        if (node instanceof Mapping mapping) {
            return new Mapping(
                    mapping.members().stream()
                            .filter(member -> !without.contains(member.name()))
                            .sorted(Comparator.comparing(Member::name))
                            .map(member -> new Member(member.name(), 0, sorted(member.value(), Set.of())))
                            .toList(),
                    0);
        }
        if (node instanceof Sequence sequence) {
            return new Sequence(
                    sequence.items().stream()
                            .map(item -> sorted(item, Set.of()))
                            .toList(),
                    0);
        }
        return node;
    }

    private <T extends DocumentNode> T as(Class<T> type, String expected) {
        return node.filter(type::isInstance).map(type::cast).orElseThrow(() -> malformed(expected));
    }

    private BrokenRule malformed(String expected) {
        String found = node.map(DocumentNode::described).orElse("nothing");
        return new BrokenRule("malformed: " + path + " is " + found + ", expected " + expected);
    }

    @Override
    public String toString() {
        return canonical(Set.of());
    }
}
