package dev.muster.scheduler.simulation;

import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.document.ScalarKind;
import dev.muster.scheduler.job.ResourceVector;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The amounts of resources in a scenario: whole numbers by any name, within bounds so that no sum of them overflows. */
final class ScenarioAmounts {

    private static final long MOST_OF_ONE = 1L << 53;
    private static final long MOST_IN_ALL = 1L << 62;
    private static final int MOST_NAMES = 60;

    private final Set<String> names = new TreeSet<>();

    /** Amounts by resource; absent: none. */
    ResourceVector vector(Fields fields, String name) {
        return new ResourceVector(limits(fields, name));
    }

    /** As {@link #vector}, but what is given as zero is there. */
    SortedMap<String, Long> limits(Fields fields, String name) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        Optional<DocumentNode> node = fields.node(name);
        Optional<Fields> inner = fields.mapping(name);
        if (inner.isPresent() && node.orElseThrow() instanceof Mapping mapping) {
            for (Member member : mapping.members()) {
                inner.get()
                        .parsed(member.name(), "a whole number from 0 to " + MOST_OF_ONE, text -> amount(member, text))
                        .ifPresent(amount -> amounts.put(member.name(), amount));
                count(member.name(), inner.get());
            }
        }
        return amounts;
    }

    private void count(String resource, Fields fields) {
        if (names.size() < MOST_NAMES) {
            names.add(resource);
        } else if (!names.contains(resource)) {
            fields.problem(resource, "is one name too many; a scenario has at most " + MOST_NAMES + " resources");
        }
    }

    private static Optional<Long> amount(Member member, String text) {
        boolean whole = member.value() instanceof Scalar scalar && scalar.kind() == ScalarKind.WHOLE_NUMBER;
        try {
            return Optional.of(Long.parseLong(text)).filter(amount -> whole && amount >= 0 && amount <= MOST_OF_ONE);
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }

    /** Notes it when so many times some amounts are more than can be counted; answers whether they are. */
    static boolean tooMuch(ResourceVector each, long times, Fields fields, String name) {
        Optional<String> resource = each.amounts().entrySet().stream()
                .filter(entry -> times > 0 && entry.getValue() > MOST_IN_ALL / times)
                .map(entry -> Quoted.bare(entry.getKey()))
                .findFirst();
        resource.ifPresent(
                most -> fields.problem(name, "makes more " + most + " in all than 2^62; is a number wrong?"));
        return resource.isPresent();
    }
}
