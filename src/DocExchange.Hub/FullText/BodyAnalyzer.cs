using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Cjk;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Util;

namespace DocExchange.Hub.FullText;

/// <summary>
/// Chinese text as pairs of neighbouring characters, so that any run of characters is found as a phrase, without a
/// dictionary; other scripts as words. In the index single characters are kept too, to be found by themselves.
/// </summary>
internal sealed class BodyAnalyzer(bool withSingles) : Analyzer
{
    public const LuceneVersion Version = LuceneVersion.LUCENE_48;

    private const int Gap = 100;

    /// <summary>A phrase never reaches from one text of a document into the next.</summary>
    public override int GetPositionIncrementGap(string fieldName) => Gap;

    protected override TokenStreamComponents CreateComponents(string fieldName, TextReader reader)
    {
        var words = new StandardTokenizer(Version, reader);
        var folded = new LowerCaseFilter(Version, new CJKWidthFilter(words));
        return new TokenStreamComponents(words, new CJKBigramFilter(folded, CJKScript.HAN | CJKScript.HIRAGANA | CJKScript.KATAKANA | CJKScript.HANGUL, withSingles));
    }
}
