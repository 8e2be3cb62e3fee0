"""`python -m knowledge …`: build, check and ask the knowledge base from the shell."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knowledge import building, checking, coverage, evidence, loading, passage_search, plain, plain_rules
from knowledge.bootstrap import bootstrap
from knowledge.errors import KnowledgeError, UnknownFactError
from knowledge.model import Aspect
from knowledge.reply import Reply
from knowledge.report import report
from knowledge.serving import Service

OK, PROBLEMS, USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Exit code 0: fine; 1: problems found; 2: the request cannot be carried out."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KnowledgeError as error:
        print(f"knowledge: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The knowledge base of Sote-opas.")
    verbs = parser.add_subparsers(required=True, metavar="command")
    build = verbs.add_parser("build", help="build the base from knowledge/content")
    build.add_argument("--force", action="store_true", help="build even where nothing has changed")
    build.set_defaults(run=_build)
    kept = verbs.add_parser("vectors", help="keep the content's embeddings, so that a first build is fast")
    kept.set_defaults(run=_vectors)
    verbs.add_parser("check", help="check all content against the documents").set_defaults(run=_check)
    verbs.add_parser("lock", help="check, then record what was verified").set_defaults(run=_lock)
    covered = verbs.add_parser("coverage", help="which passages are used, and what inside them is said nowhere")
    covered.set_defaults(run=_coverage)
    told = verbs.add_parser("report", help="the worst-rated facts, and what people ask in vain")
    told.add_argument("--limit", type=int, default=20, help="lines of each list")
    told.set_defaults(run=_report)
    verbs.add_parser("table", help="count the facts by source and aspect").set_defaults(run=_table)
    verbs.add_parser("language", help="measure how plain the language is").set_defaults(run=_language)
    passages = verbs.add_parser("passages", help="print the numbered passages of a document")
    passages.add_argument("source")
    passages.set_defaults(run=_passages)
    show = verbs.add_parser("show", help="show a fact")
    show.add_argument("fact")
    show.set_defaults(run=_show)
    search = verbs.add_parser("search", help="ask the base")
    search.add_argument("question", nargs="?")
    search.add_argument("--why", action="store_true", help="show why this answer")
    search.add_argument("--json", action="store_true", help="print the reply contract and the texts as JSON")
    search.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="ask every line's 'text' (or 'question')")
    search.add_argument("--passages", type=Path, metavar="FILE.jsonl", help="search these 'id' and 'text' instead")
    search.add_argument("--limit", type=int, default=10, help="passages found for each question (default: 10)")
    search.set_defaults(run=_search)
    return parser


def _build(arguments: argparse.Namespace) -> int:
    knowledge = bootstrap()
    stamp = knowledge.settings.pipeline.parent / "knowledge.stamp"
    digest = building.input_digest() + knowledge.settings.database_url
    if not arguments.force and _unchanged(stamp, digest, knowledge.store.version):
        print("knowledge: up to date")
        return OK
    base = building.build(knowledge.settings, knowledge.embedder)
    stamp.write_text(digest, encoding="utf-8")
    print(f"knowledge: built {len(base.facts)} facts on {len(base.subjects)} subjects, version {base.version}")
    return OK


def _unchanged(stamp: Path, digest: str, version: Any) -> bool:
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != digest:
        return False
    try:
        return bool(version())
    except KnowledgeError:
        return False


def _vectors(arguments: argparse.Namespace) -> int:
    knowledge = bootstrap()
    print(f"knowledge: {building.write_vectors(knowledge.store, knowledge.embedder)} vectors kept")
    return OK


def _check(arguments: argparse.Namespace) -> int:
    report = checking.check(bootstrap().settings.sources)
    for line in (*report.notes, *report.problems):
        print(line)
    print(f"knowledge: {report.facts} facts checked, {len(report.problems)} problem(s)")
    return PROBLEMS if report.problems else OK


def _lock(arguments: argparse.Namespace) -> int:
    knowledge = bootstrap()
    base = loading.load()
    documents = evidence.read_documents(base, knowledge.settings.sources)
    problems = [p for fact in base.facts.values() for p in evidence.check_fact(fact, base, documents)]
    if problems or documents.problems:
        print("\n".join([*documents.problems, *problems]))
        return PROBLEMS
    evidence.write_lock(base, documents, knowledge.clock.today())
    print(f"knowledge: evidence of {len(base.facts)} facts locked")
    return OK


def _coverage(arguments: argparse.Namespace) -> int:
    base = loading.load()
    documents = evidence.read_documents(base, bootstrap().settings.sources)
    found = coverage.coverage(base, documents)
    for source in found:
        print(
            f"{source.source}: {source.share:.1%} of {source.total} passages "
            f"({source.cited} cited, {source.excused} excused)"
        )
        print("".join(f"  open: {number}\n" for number in source.open), end="")
        print("".join(f"  in no fact citing it: {token} ({number})\n" for number, token in source.lost), end="")
        print("".join(f"  excused without need: {excuse}\n" for excuse in source.stale), end="")
    if not found:
        print("knowledge: the documents are not on this machine; coverage cannot be measured here")
    return PROBLEMS if any(s.open or s.lost or s.stale for s in found) else OK


def _table(arguments: argparse.Namespace) -> int:
    base = loading.load()
    width = max(map(len, base.sources))
    print(f"{'':{width}} {'all':>5}" + "".join(f" {aspect.value[:8]:>8}" for aspect in Aspect))
    for source in base.sources:
        counts = Counter(f.aspect for f in base.facts.values() if any(e.source == source for e in f.evidence))
        print(f"{source:{width}} {counts.total():>5}" + "".join(f" {counts[aspect]:>8}" for aspect in Aspect))
    return OK


def _language(arguments: argparse.Namespace) -> int:
    report = plain.check_language(loading.load(), plain_rules.spoken_texts())
    print("\n".join(report.lines))
    return PROBLEMS if report.problems else OK


def _passages(arguments: argparse.Namespace) -> int:
    documents = evidence.read_documents(loading.load(), bootstrap().settings.sources)
    if arguments.source not in documents.texts:
        raise KnowledgeError(f"no document '{arguments.source}' on this machine (SOTE_SOURCES tells where they are)")
    print("".join(f"[{number}] {text}\n" for number, text in documents.texts[arguments.source].items()), end="")
    return OK


def _report(arguments: argparse.Namespace) -> int:
    service = Service()
    embedder, base = service.knowledge.embedder, service.knowledge.store.read()
    print(report(service.feedback(), base, embedder.passages, arguments.limit))
    return OK


def _show(arguments: argparse.Namespace) -> int:
    service = Service()
    base = service.knowledge.store.read()
    if arguments.fact not in base.facts:
        raise UnknownFactError(f"no fact has the id '{arguments.fact}'")
    print(json.dumps(asdict(base.facts[arguments.fact]), ensure_ascii=False, indent=2, default=str))
    return OK


def _search(arguments: argparse.Namespace) -> int:
    if arguments.passages:
        return _search_passages(arguments)
    service = Service()
    if arguments.batch:
        for question in _batch(arguments.batch):
            reply = service.guarded(question["text"]) or service.answerer().answer(question["text"])
            print(json.dumps({**question, **_as_json(reply, arguments.why)}, ensure_ascii=False), flush=True)
        return OK
    if not arguments.question:
        raise KnowledgeError("give a question or --batch FILE.jsonl")
    reply = service.guarded(arguments.question) or service.answerer().answer(arguments.question)
    if arguments.json:
        print(json.dumps(_as_json(reply, arguments.why), ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(reply.messages))
        print("".join(f"  → {question}\n" for question in reply.suggestions), end="")
        if arguments.why:
            print(json.dumps(reply.why, ensure_ascii=False, indent=2))
    return OK


def _search_passages(arguments: argparse.Namespace) -> int:
    if not arguments.batch or arguments.limit < 1:
        raise KnowledgeError("--passages needs --batch FILE.jsonl, and a --limit of at least 1")
    questions = _batch(arguments.batch)
    kept = passage_search.KeptVectors(bootstrap().embedder)
    search = passage_search.PassageSearch(passage_search.read_passages(arguments.passages), kept)
    for question in questions:
        hits = [{"id": name, "score": score} for name, score in search(question["text"], arguments.limit)]
        print(json.dumps({**question, "hits": hits}, ensure_ascii=False), flush=True)
    kept.write()
    return OK


def _batch(path: Path) -> list[dict[str, Any]]:
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        rows = [json.loads(line) for line in lines]
        return [{**row, "text": str(row["text"] if "text" in row else row["question"])} for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{path}: not a file of JSON lines with 'text' or 'question': {error}") from error


def _as_json(reply: Reply, why: bool) -> dict[str, Any]:
    data = {**reply.contract(model=""), "messages": list(reply.messages), "suggestions": list(reply.suggestions)}
    return {**data, "why": dict(reply.why)} if why else data
