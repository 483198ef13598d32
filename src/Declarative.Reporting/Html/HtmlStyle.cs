namespace Declarative.Reporting;

/// <summary>The style sheet of a report, for light and for dark.</summary>
internal static class HtmlStyle
{
    public const string Sheet = """
        :root { color-scheme: light dark; --page: #ffffff; --ink: #1f2328; --quiet: #59636e; --line: #d9dee4; --card: #f5f7f9;
          --good: #1a7f37; --bad: #c2281d; --warn: #8a5b00; --busy: #0969da; }
        @media (prefers-color-scheme: dark) {
          :root { --page: #101215; --ink: #e4e7eb; --quiet: #9aa4af; --line: #343a42; --card: #1a1d22;
            --good: #4ac26b; --bad: #ff7b72; --warn: #e3b341; --busy: #6cb6ff; }
          /* Pictures are drawn on white: turned to dark, with the hues as they were. */
          figure img { filter: invert(0.93) hue-rotate(180deg); }
        }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.7rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
        p, li { max-width: 75ch; overflow-wrap: anywhere; }
        .outcome { border-left: 5px solid var(--quiet); background: var(--card); padding: .6rem .9rem; max-width: none; }
        .outcome.completed { border-color: var(--good); }
        .outcome.failed { border-color: var(--bad); }
        .outcome.cancelled { border-color: var(--warn); }
        .outcome.running { border-color: var(--busy); }
        .figures { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; }
        .figures div { background: var(--card); border-radius: 6px; padding: .5rem .9rem; }
        .figures dt { color: var(--quiet); font-size: .85rem; }
        .figures dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; vertical-align: top; padding: .3rem 1.1rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
        thead th { color: var(--quiet); font-weight: 600; font-size: .9rem; }
        tbody th { font-weight: 500; }
        pre { background: var(--card); border-radius: 6px; padding: .7rem .9rem; overflow-x: auto; font-size: .85rem; line-height: 1.4; }
        figure { margin: 1rem 0; }
        figure img { width: 100%; height: auto; border-radius: 6px; display: block; }
        figcaption { color: var(--quiet); font-size: .9rem; margin-top: .4rem; max-width: 85ch; }
        """;
}
