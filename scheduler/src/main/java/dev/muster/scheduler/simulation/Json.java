package dev.muster.scheduler.simulation;

import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes values that are to be written as JSON. */
final class Json {

    private Json() {}

    /** Named values in the order in which they are put. */
    static final class Members {
        private final List<Member> members = new ArrayList<>();

        Members put(String name, DocumentNode value) {
            members.add(new Member(name, 0, value));
            return this;
        }

        DocumentNode node() {
            return new Mapping(members, 0);
        }
    }

    static DocumentNode text(String text) {
        return new Scalar(text, true, 0);
    }

    static DocumentNode number(long number) {
        return new Scalar(Long.toString(number), false, 0);
    }

    static DocumentNode numberOrNull(Optional<Long> number) {
        return number.map(Json::number).orElseGet(() -> new Scalar("null", false, 0));
    }

    static DocumentNode list(List<DocumentNode> items) {
        return new Sequence(items, 0);
    }

    static DocumentNode counts(Map<String, Integer> counts) {
        Members members = new Members();
        counts.forEach((name, count) -> members.put(name, number(count)));
        return members.node();
    }
}
