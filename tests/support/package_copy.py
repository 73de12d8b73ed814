"""Changes of code in a copy of the package."""

import ast


def with_another_word(source: str) -> str:
    """Code with another name for the first function or class in it, or with one name more where there is none."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.name += "_word"
            return ast.unparse(tree)
    return f"{source}\nword = 1\n"
