/**
 * Sentences as tokens of BERT's uncased models (J. Devlin et al., arXiv:1810.04805): the text is
 * cleaned of control characters, lowered and freed of accents, split at white space, punctuation and
 * around Chinese characters, and each word is cut into the longest pieces that the vocabulary has.
 */
import { Tokenizer } from "@huggingface/tokenizers";
import { special } from "./files.js";

/** Chinese characters beyond the basic plane, between which the library doesn't split. */
const rareCharacter = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** From a sentence to the numbers of its tokens, without those at begin and end. */
export function wordPiece(tokens: readonly string[]): (sentence: string) => number[] {
  const tokenizer = new Tokenizer(
    {
      normalizer: {
        type: "BertNormalizer",
        clean_text: true,
        handle_chinese_chars: true,
        lowercase: true,
      },
      pre_tokenizer: { type: "BertPreTokenizer" },
      model: {
        type: "WordPiece",
        vocab: Object.fromEntries(tokens.map((token, i) => [token, i])),
        unk_token: special.unknown,
        continuing_subword_prefix: "##",
        max_input_chars_per_word: 100,
      },
      post_processor: null,
      decoder: null,
      added_tokens: [],
    },
    {},
  );
  return (sentence) => {
    const spaced = sentence.replace(rareCharacter, " $& ");
    return tokenizer.encode(spaced, { add_special_tokens: false }).ids;
  };
}
