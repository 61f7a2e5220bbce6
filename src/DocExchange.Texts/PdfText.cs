using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Geometry;
using UglyToad.PdfPig.Graphics;
using UglyToad.PdfPig.Graphics.Operations;
using UglyToad.PdfPig.Outline.Destinations;
using UglyToad.PdfPig.Parser;
using UglyToad.PdfPig.PdfFonts;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace DocExchange.Texts;

/// <summary>The characters of one page of a PDF where they stand, and nothing else: no lines, no pictures.</summary>
/// <param name="IsWhole">Whether there were no more than <see cref="MaxPieces"/>.</param>
internal sealed record PdfText(IReadOnlyList<TextPiece> Pieces, bool IsWhole)
{
    /// <summary>Characters of one page; a page of a document has a few thousand. What comes after costs nothing.</summary>
    public const int MaxPieces = 100_000;
}

/// <summary>Makes <see cref="PdfText"/> of pages. The library calls the constructor.</summary>
internal sealed class PdfTextFactory(
    IPdfTokenScanner scanner, IResourceStore resources, ILookupFilterProvider filters, IPageContentParser contents, ParsingOptions options)
    : BasePageFactory<PdfText>(scanner, resources, filters, contents, options)
{
    protected override PdfText ProcessPage(
        int pageNumber, DictionaryToken dictionary, NamedDestinations namedDestinations, MediaBox mediaBox, CropBox cropBox, UserSpaceUnit userSpaceUnit, PageRotationDegrees rotation,
        TransformationMatrix initialMatrix, IReadOnlyList<IGraphicsStateOperation> operations) =>
        new Reader(pageNumber, ResourceStore, PdfScanner, PageContentParser, FilterProvider, cropBox, userSpaceUnit, rotation, initialMatrix, ParsingOptions).Process(pageNumber, operations);

    private sealed class Reader(
        int pageNumber, IResourceStore resources, IPdfTokenScanner scanner, IPageContentParser contents, ILookupFilterProvider filters, CropBox cropBox, UserSpaceUnit userSpaceUnit,
        PageRotationDegrees rotation, TransformationMatrix initialMatrix, ParsingOptions options)
        : BaseStreamProcessor<PdfText>(pageNumber, resources, scanner, contents, filters, cropBox, userSpaceUnit, rotation, initialMatrix, options)
    {
        private readonly List<TextPiece> pieces = [];
        private bool isFull;

        public override PdfText Process(int pageNumberCurrent, IReadOnlyList<IGraphicsStateOperation> operations)
        {
            CloneAllStates();
            try
            {
                ProcessOperations(operations);
            }
            catch (PageFullException) when (isFull)
            {
            }

            return new PdfText(pieces, !isFull);
        }

        public override void RenderGlyph(
            IFont font, CurrentGraphicsState currentState, double fontSize, double pointSize, int code, string unicode, long currentOffset,
            in TransformationMatrix renderingMatrix, in TransformationMatrix textMatrix, in TransformationMatrix transformationMatrix, CharacterBoundingBox characterBoundingBox)
        {
            if (string.IsNullOrEmpty(unicode))
            {
                return;
            }

            if (pieces.Count == PdfText.MaxPieces)
            {
                isFull = true;
                throw new PageFullException();
            }

            var start = transformationMatrix.Transform(textMatrix.Transform(renderingMatrix.Transform(new PdfPoint(0, 0))));
            var end = transformationMatrix.Transform(textMatrix.Transform(renderingMatrix.Transform(new PdfPoint(characterBoundingBox.Width, 0))));

            // A page of a PDF is measured from below.
            pieces.Add(new TextPiece(unicode, start.X, -start.Y, end.X - start.X, pointSize));
        }

        protected override void RenderXObjectImage(XObjectContentRecord xObjectContentRecord)
        {
        }

        protected override void RenderInlineImage(InlineImage inlineImage)
        {
        }

        public override void BeginSubpath()
        {
        }

        public override PdfPoint? CloseSubpath() => null;

        public override void StrokePath(bool close)
        {
        }

        public override void FillPath(FillingRule fillingRule, bool close)
        {
        }

        public override void FillStrokePath(FillingRule fillingRule, bool close)
        {
        }

        public override void MoveTo(double x, double y)
        {
        }

        public override void BezierCurveTo(double x2, double y2, double x3, double y3)
        {
        }

        public override void BezierCurveTo(double x1, double y1, double x2, double y2, double x3, double y3)
        {
        }

        public override void LineTo(double x, double y)
        {
        }

        public override void Rectangle(double x, double y, double width, double height)
        {
        }

        public override void EndPath()
        {
        }

        public override void ClosePath()
        {
        }

        public override void ModifyClippingIntersect(FillingRule clippingRule)
        {
        }

        protected override void ClipToRectangle(PdfRectangle rectangle, FillingRule clippingRule)
        {
        }

        public override void BeginMarkedContent(NameToken name, NameToken? propertyDictionaryName, DictionaryToken? properties)
        {
        }

        public override void EndMarkedContent()
        {
        }

        public override void PaintShading(NameToken shading)
        {
        }
    }

    /// <summary>Leaves the page at the limit; it never leaves the reader.</summary>
    private sealed class PageFullException : Exception;
}
