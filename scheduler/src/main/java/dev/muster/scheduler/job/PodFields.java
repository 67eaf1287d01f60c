package dev.muster.scheduler.job;

import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.JsonText;
import dev.muster.scheduler.document.Problems;
import dev.muster.scheduler.document.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The fields of a template that mean something to a pod only; they travel as one JSON object with those that were given. */
final class PodFields {

    private static final List<String> NAMES = List.of(
            "volumes",
            "volumeMounts",
            "tolerations",
            "securityContext",
            "podSecurityContext",
            "serviceAccountName",
            "imagePullSecrets",
            "imagePullPolicy");
    private static final int MAX_ITEMS = 64;
    private static final int MAX_SECRETS = 16;
    private static final Map<String, String> PULL_POLICIES =
            Map.of("Always", "Always", "IfNotPresent", "IfNotPresent", "Never", "Never");

    private final Fields fields;

    private PodFields(Fields fields) {
        this.fields = fields;
    }

    /** What a template gives, as it stands; {@link #check} judges it. */
    static Optional<String> read(Fields template) {
        List<Member> given = new ArrayList<>();
        for (String name : NAMES) {
            template.node(name)
                    .filter(value -> !isEmpty(value))
                    .ifPresent(value -> given.add(new Member(name, value.line(), value)));
        }
        return given.isEmpty() ? Optional.empty() : Optional.of(JsonText.of(new Mapping(given, template.line())));
    }

    private static boolean isEmpty(DocumentNode value) {
        return (value instanceof Sequence list && list.items().isEmpty())
                || (value instanceof Mapping mapping && mapping.members().isEmpty());
    }

    static List<Violation> check(String json) {
        Problems problems = new Problems();
        try {
            DocumentNode document = Document.read(json.getBytes(StandardCharsets.UTF_8), DocumentLimits.JOB);
            Fields.ofDocument(document, problems).ifPresent(fields -> new PodFields(fields).check());
        } catch (DocumentException broken) {
            return List.of(Violation.of("spec.template", "what is for its pod is no JSON: " + broken.reason()));
        }
        return problems.list().stream()
                .map(problem -> Violation.of("spec.template." + problem.field(), problem.message()))
                .toList();
    }

    private void check() {
        Set<String> volumes = new TreeSet<>();
        for (Fields volume : items("volumes", MAX_ITEMS)) {
            name(volume).ifPresent(name -> {
                if (!volumes.add(name)) {
                    volume.problem("name", "is " + Quoted.text(name) + " a second time; give each volume its own name");
                }
            });
        }
        for (Fields mount : items("volumeMounts", MAX_ITEMS)) {
            name(mount)
                    .filter(name -> !volumes.contains(name))
                    .ifPresent(name -> mount.problem(
                            "name", "is " + Quoted.text(name) + ", which is none of the volumes; declare it there"));
            mount.require("mountPath", "/data");
            mount.text("mountPath")
                    .filter(path -> path.isEmpty() || path.length() > JobLimits.MAX_PATH_LENGTH)
                    .ifPresent(path -> mount.problem("mountPath", "is no path; give one such as /data"));
        }
        items("tolerations", MAX_ITEMS);
        for (Fields secret : items("imagePullSecrets", MAX_SECRETS)) {
            secret.require("name", "registry");
            secret.text("name").flatMap(Names::problemOfObject).ifPresent(wrong -> secret.problem("name", wrong));
            secret.end();
        }
        fields.mapping("securityContext");
        fields.mapping("podSecurityContext");
        fields.text("serviceAccountName")
                .flatMap(Names::problemOfObject)
                .ifPresent(wrong -> fields.problem("serviceAccountName", wrong));
        fields.choice("imagePullPolicy", new TreeMap<>(PULL_POLICIES));
        fields.end();
    }

    private List<Fields> items(String name, int most) {
        List<Fields> items = fields.mappings(name);
        if (items.size() > most) {
            fields.problem(name, "has " + items.size() + " entries; at most " + most + " are passed on");
        }
        return items;
    }

    private static Optional<String> name(Fields item) {
        item.require("name", "data");
        Optional<String> name = item.text("name");
        name.flatMap(Names::problemOfName).ifPresent(wrong -> item.problem("name", wrong));
        return name;
    }
}
