package dev.muster.scheduler.document;

import java.util.List;
import java.util.Optional;

/** A value of a document, with the line (from 1) where it begins. */
public sealed interface DocumentNode {

    int line();

    /** What it is, for people: {@code the number 3}, {@code a list}. */
    String described();

    /** Named values in the order of the text; no name comes twice. */
    record Mapping(List<Member> members, int line) implements DocumentNode {

        public Mapping {
            members = List.copyOf(members);
        }

        public Optional<Member> member(String name) {
            for (Member member : members) {
                if (member.name().equals(name)) {
                    return Optional.of(member);
                }
            }
            return Optional.empty();
        }

        @Override
        public String described() {
            return "a mapping";
        }
    }

    /** A name with its value; the line is that of the name. */
    record Member(String name, int line, DocumentNode value) {}

    /** Values in order. */
    record Sequence(List<DocumentNode> items, int line) implements DocumentNode {

        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String described() {
            return "a list";
        }
    }

    /**
     * One value without parts.
     *
     * @param quoted whether the text was written so that it can only be text
     */
    record Scalar(String text, boolean quoted, int line) implements DocumentNode {

        public ScalarKind kind() {
            return quoted ? ScalarKind.TEXT : ScalarKind.ofPlain(text);
        }

        @Override
        public String described() {
            return switch (kind()) {
                case NULL -> "nothing";
                case TRUTH, WHOLE_NUMBER, NUMBER -> kind().noun() + " " + Quoted.bare(text);
                case TEXT -> kind().noun() + " " + Quoted.text(text);
            };
        }
    }
}
