package dev.muster.scheduler.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentTest {

    private static DocumentNode read(String text) throws DocumentException {
        return Document.read(text.getBytes(StandardCharsets.UTF_8), DocumentLimits.JOB);
    }

    private static void assertRefused(String text, int line, String part) {
        assertThatExceptionOfType(DocumentException.class)
                .isThrownBy(() -> read(text))
                .satisfies(e -> {
                    assertThat(e.line()).isEqualTo(line);
                    assertThat(e.reason()).contains(part).doesNotContain("\n");
                });
    }

    @Test
    void aValueKnowsItsLine() throws DocumentException {
        Mapping root = (Mapping) read("a: 1\nb:\n  - x\n  - y: z\n");
        assertThat(root.member("b")).get().extracting(DocumentNode.Member::line).isEqualTo(2);
        Sequence list = (Sequence) root.member("b").orElseThrow().value();
        assertThat(list.items()).extracting(DocumentNode::line).containsExactly(3, 4);
        assertThat(FieldLines.lineOf(root, "b[1].y")).isEqualTo(4);
        assertThat(FieldLines.lineOf(root, "b[7].y")).isEqualTo(2);
        assertThat(FieldLines.lineOf(root, "nowhere.at.all")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "12, WHOLE_NUMBER", "-3, WHOLE_NUMBER", "0x1F, WHOLE_NUMBER", "1.5, NUMBER", "1e3, NUMBER", "yes, TEXT",
        "true, TRUTH", "null, NULL", "~, NULL", "1500Gi, TEXT", "1.2.3, TEXT", "1e99999, TEXT"
    })
    void anUnquotedValueIsWhatYamlTwelveSaysItIs(String text, ScalarKind kind) throws DocumentException {
        assertThat(((Scalar) read(text)).kind()).isEqualTo(kind);
        assertThat(((Scalar) read("'" + text + "'")).kind()).isEqualTo(ScalarKind.TEXT);
    }

    @Test
    void jsonIsReadToo() throws DocumentException {
        String json = "{\"a\":[1,-2.5,true,null,\"x\\ny\"],\"b\":{},\"c\":[]}";
        assertThat(JsonText.of(read(json))).isEqualTo(json);
    }

    @Test
    void yamlBecomesTheSameJson() throws DocumentException {
        assertThat(JsonText.of(read("- name: scratch\n  emptyDir: {sizeLimit: 0x10}\n  count: 007\n  on: yes")))
                .isEqualTo("[{\"name\":\"scratch\",\"emptyDir\":{\"sizeLimit\":16},\"count\":7,\"on\":\"yes\"}]");
    }

    @Test
    void whatIsNoDocumentIsRefusedWithItsLine() {
        assertRefused("", 1, "empty");
        assertRefused("# only a comment\n", 1, "empty");
        assertRefused("a: 1\n---\nb: 2\n", 2, "second document");
        assertRefused("a: 1\nb: [1, 2\nc: 3\n", 3, "not YAML");
        assertRefused("a: 1\nb: 2\na: 3\n", 3, "\"a\" is given twice");
        assertRefused("a: !!binary aGVsbG8=", 1, "tag");
        assertRefused("? [1]\n: 2\n", 1, "a name is expected");
        assertRefused("a: *nobody\n", 1, "*nobody refers to nothing");
        assertRefused("a: &me [*me]\n", 1, "*me refers to nothing");
        assertRefused("a: \u0000", 1, "not YAML");
    }

    @Test
    void bytesThatAreNotTextAreRefused() {
        assertThatExceptionOfType(DocumentException.class)
                .isThrownBy(() -> Document.read(new byte[] {(byte) 0xff, (byte) 0xfe, 0}, DocumentLimits.JOB))
                .withMessageContaining("UTF-8");
    }

    @Test
    void anchorsAreFollowedButNotMultiplied() throws DocumentException {
        assertThat(JsonText.of(read("a: &x [1]\nb: *x\n"))).isEqualTo("{\"a\":[1],\"b\":[1]}");
        StringBuilder laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol]\n");
        for (int i = 1; i < 20; i++) {
            String use = "*a" + (i - 1);
            laughs.append("a" + i + ": &a" + i + " [" + String.join(", ", List.of(use, use, use, use)) + "]\n");
        }
        assertRefused(laughs.toString(), 9, "more than 200000 values");
        assertRefused("a: &a 1\nb: [" + "*a, ".repeat(101) + "]", 2, "used more than 100 times");
    }

    @Test
    @Timeout(20)
    void hugeAndDeepTextsAreRefusedSoon() {
        assertRefused("[".repeat(1 << 20), 1, "32 deep");
        assertRefused("{a: ".repeat(1 << 18), 1, "32 deep");
        assertRefused("- ".repeat((1 << 19) - 1) + "x", 1, "32 deep");
        assertRefused("? ".repeat((1 << 19) - 1) + "x", 1, "name is expected");
        assertRefused("x".repeat((1 << 20) + 1), 1, "at most 1048576");
        assertRefused("- \n".repeat(300_000), 200_000, "200000 values");
    }

    @Test
    void whateverTheBytesReadingEndsWithANodeOrOneLine() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        String alphabet = "ab: -[]{}#&*!|>'\"%@`,?\n\t\\0~=<\u00e9\u2028";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(1, 30); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(JsonText.of(read(text.toString()))).isNotEmpty();
            } catch (DocumentException e) {
                assertThat(e.reason()).as("for %s", text).isNotBlank().doesNotContain("\n");
                assertThat(e.line()).isPositive();
            }
        }
    }

    @Test
    void valuesInMessagesAreShortAndVisible() {
        assertThat(Quoted.text("a\nb\u0007\u202e")).isEqualTo("\"a\\nb\\u0007\\u202e\"");
        assertThat(Quoted.text("x".repeat(1_000))).hasSizeLessThan(100).contains("1000 characters");
    }

    @Test
    void theNearestNameIsWhatSomebodyMeant() {
        List<String> known = List.of("hosts", "minHosts", "spares", "perHost", "processes");
        assertThat(NearestName.of("host", known)).contains("hosts");
        assertThat(NearestName.of("minhosts", known)).contains("minHosts");
        assertThat(NearestName.of("proceses", known)).contains("processes");
        assertThat(NearestName.of("sapres", known)).contains("spares");
        assertThat(NearestName.of("zzzzzz", known)).isEmpty();
        assertThat(NearestName.of("x".repeat(100_000), known)).isEmpty();
    }

    @Test
    void aLineWithoutEndIsRefusedBeforeTheParserMeetsIt() {
        byte[] endless = ("a: 1\n# " + "x".repeat(2 << 20)).getBytes(UTF_8);

        assertThatExceptionOfType(DocumentException.class)
                .isThrownBy(() -> Document.read(endless, DocumentLimits.CLUSTER))
                .withMessageContaining("the line has 2097154 characters")
                .satisfies(problem -> assertThat(problem.line()).isEqualTo(2));
    }
}
