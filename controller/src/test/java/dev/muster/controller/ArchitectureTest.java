package dev.muster.controller;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/** The arrows between the controller's packages, each with its reason. */
@AnalyzeClasses(packages = "dev.muster.controller", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.muster.controller.";

    /** From what knows nothing to what knows everything. */
    private static final List<String> ORDER = List.of(
            "state",
            "health",
            "goodput",
            "reliability",
            "store",
            "loop",
            "model",
            "election",
            "workload",
            "scheduling",
            "reconcile",
            "session",
            "operations",
            "kubernetes",
            "codec",
            "grpc",
            "security",
            "metrics",
            "config",
            "admin",
            "tool",
            "main");

    private static final List<String> ADAPTERS =
            List.of("store.embedded", "store.etcd", "kubernetes", "grpc", "codec", "metrics");

    @ArchTest
    static final ArchRule everyPackageHasItsPlace = classes()
            .that()
            .resideInAPackage(ROOT + "*..")
            .should()
            .resideInAnyPackage(trees(ORDER))
            .because("a package that is not in the order can hide any arrow; draw it in the architecture first");

    @ArchTest
    static final ArchRule aPackageImportsOnlyWhatStandsAboveIt = classes()
            .should(importNothingBelow())
            .because("what decides must not know who asks or who carries it out; only then can it be tested alone and"
                    + " run under simulation");

    @ArchTest
    static final ArchRule noCycles = slices().matching(ROOT + "(*)..")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true)
            .because("packages that need each other are one package");

    @ArchTest
    static final ArchRule pureIsPure = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "state..", ROOT + "health..", ROOT + "goodput..", ROOT + "reliability..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio..", "java.net..", "java.util.concurrent..", "org.slf4j..")
            .allowEmptyShould(true)
            .because(
                    "records and their transitions are replayed in tests and simulations: no input, output or threads");

    @ArchTest
    static final ArchRule onlyMainAndAdminKnowTheStores = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT + "store.embedded..", ROOT + "store.etcd..", ROOT + "admin..", ROOT + "main..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "store.embedded..", ROOT + "store.etcd..")
            .because(
                    "everybody else must work with any store that passes the contract; a tool opens one by its address");

    @ArchTest
    static final ArchRule theStorePortKnowsNoAdapter = noClasses()
            .that()
            .resideInAPackage(ROOT + "store")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "store.*..")
            .because("a port that knows one adapter is not a port");

    @ArchTest
    static final ArchRule adaptersDoNotKnowEachOther =
            classes().should(importNoOtherAdapter()).because("each must be replaceable alone; only main wires them");

    @ArchTest
    static final ArchRule onlyMainWires = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "main..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "main..")
            .because("a second place that wires is a second program");

    @ArchTest
    static final ArchRule onlyMainStartsTools = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "tool..", ROOT + "main..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "tool..")
            .because("a tool is a program of its own: nothing that serves a cluster may depend on one");

    @ArchTest
    static final ArchRule protoTypesStayAtTheDoor = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "grpc..", ROOT + "codec..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.muster.proto..", "com.google.protobuf..")
            .because("wire types are mutable in meaning between releases; inside there are only our own values");

    @ArchTest
    static final ArchRule grpcStaysAtTheDoor = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "grpc..", ROOT + "security..", ROOT + "main..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc..")
            .because("transports are adapters");

    @ArchTest
    static final ArchRule mvStoreStaysInItsAdapter = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "store.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.h2..")
            .because("the store is a port");

    @ArchTest
    static final ArchRule jetcdStaysInItsAdapter = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "store.etcd..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.etcd..")
            .because("the store is a port");

    @ArchTest
    static final ArchRule prometheusStaysInItsAdapter = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "metrics..", ROOT + "main..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.prometheus..")
            .because("what is measured is a port; how it is shown is not everybody's business");

    @ArchTest
    static final ArchRule fabric8StaysInItsAdapter = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "kubernetes..", ROOT + "main..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8..")
            .because("Kubernetes is one substrate of two; the core knows hosts, ranks and processes");

    @ArchTest
    static final ArchRule partsOfTheKubernetesAdapterAreApart = slices().matching(ROOT + "kubernetes.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(resideInAPackage(ROOT + "kubernetes.."), resideInAPackage(ROOT + "kubernetes.api.."))
            .because("jobs, pods and nodes meet in the core only; what they share is the objects' form");

    @ArchTest
    static final ArchRule timeAndChanceAreParameters = classes()
            .that(not(resideInAnyPackage(trees(ADAPTERS)))
                    .and(not(resideInAnyPackage(ROOT + "loop..", ROOT + "main.."))))
            .should(readNoClockAndThrowNoDice())
            .because("whoever reads the clock himself cannot be replayed, simulated or tested without waiting");

    private static String[] trees(List<String> names) {
        return names.stream().map(name -> ROOT + name + "..").toArray(String[]::new);
    }

    /** The place in the order; -1 outside it. */
    private static int place(JavaClass type) {
        for (int i = 0; i < ORDER.size(); i++) {
            if (resideInAPackage(ROOT + ORDER.get(i) + "..").test(type)) {
                return i;
            }
        }
        return -1;
    }

    private static ArchCondition<JavaClass> importNothingBelow() {
        return forEachDependency(
                "import only what stands above it",
                (origin, target) -> place(origin) >= 0 && place(target) > place(origin));
    }

    private static ArchCondition<JavaClass> importNoOtherAdapter() {
        return forEachDependency("import no other adapter but grpc its codec", (origin, target) -> {
            String from = adapter(origin);
            String to = adapter(target);
            boolean allowed = from.isEmpty() || to.isEmpty() || from.equals(to);
            return !allowed && !(from.equals("grpc") && to.equals("codec"));
        });
    }

    private static String adapter(JavaClass type) {
        return ADAPTERS.stream()
                .filter(name -> resideInAPackage(ROOT + name + "..").test(type))
                .findFirst()
                .orElse("");
    }

    /** Whether an arrow between two classes is forbidden. */
    private interface ForbiddenArrow {
        boolean test(JavaClass origin, JavaClass target);
    }

    private static ArchCondition<JavaClass> forEachDependency(String description, ForbiddenArrow forbidden) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                origin.getDirectDependenciesFromSelf().stream()
                        .filter(arrow -> forbidden.test(origin, arrow.getTargetClass()))
                        .forEach(arrow -> events.add(SimpleConditionEvent.violated(arrow, arrow.getDescription())));
            }
        };
    }

    private static ArchCondition<JavaClass> readNoClockAndThrowNoDice() {
        return new ArchCondition<>("read no clock, sleep nowhere and make no chance of its own") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                List<JavaAccess<?>> accesses = new ArrayList<>(type.getMethodCallsFromSelf());
                accesses.addAll(type.getMethodReferencesFromSelf());
                accesses.addAll(type.getConstructorCallsFromSelf());
                accesses.addAll(type.getConstructorReferencesFromSelf());
                accesses.stream()
                        .filter(access -> isClockOrDice(access))
                        .forEach(access -> events.add(SimpleConditionEvent.violated(access, access.getDescription())));
            }
        };
    }

    private static boolean isClockOrDice(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String method = access.getTarget().getName();
        Set<String> forbidden = new TreeSet<>();
        if (owner.isEquivalentTo(System.class)) {
            forbidden.addAll(Set.of("currentTimeMillis", "nanoTime"));
        }
        if (owner.isEquivalentTo(Thread.class)) {
            forbidden.add("sleep");
        }
        if (owner.isEquivalentTo(Math.class)) {
            forbidden.add("random");
        }
        if (owner.isEquivalentTo(Random.class)) {
            forbidden.add("<init>");
        }
        if (owner.isEquivalentTo(ThreadLocalRandom.class)) {
            forbidden.add("current");
        }
        if (owner.isEquivalentTo(InstantSource.class)) {
            forbidden.add("system");
        }
        if (owner.isEquivalentTo(Clock.class)) {
            forbidden.addAll(Set.of("systemUTC", "systemDefaultZone", "system"));
        }
        boolean calendar = owner.isEquivalentTo(Instant.class)
                || owner.isEquivalentTo(LocalDate.class)
                || owner.isEquivalentTo(LocalDateTime.class)
                || owner.isEquivalentTo(OffsetDateTime.class)
                || owner.isEquivalentTo(ZonedDateTime.class);
        if (calendar) {
            forbidden.add("now");
        }
        return forbidden.contains(method);
    }
}
